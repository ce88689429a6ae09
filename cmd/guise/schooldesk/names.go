package schooldesk

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// culture holds given and family names that go together. A name that isn't
// plain ASCII is followed by a slash and how it is spelled in an address.
type culture struct {
	given, family string
	familyFirst   bool // as in 王芳: no space, family name first
}

// cultures is where generated names come from. There is no Maya and no Noah in
// it, so that searching for the people of the story finds them alone.
func cultures() []culture {
	return []culture{
		{given: "Oliver Amelia Harry Isla Jack Poppy Freya Callum Niamh/niamh Ewan Rhys Imogen",
			family: "Whitfield Barlow Ashworth O’Connor/oconnor MacLeod Pritchard Hughes Thornton Bexley Doyle"},
		{given: "José/jose Lucía/lucia Mateo Sofía/sofia Andrés/andres Camila Joaquín/joaquin Inés/ines Rafael Ximena",
			family: "García/garcia Núñez/nunez Hernández/hernandez Ortega Peña/pena Quispe Vargas Ibáñez/ibanez Morales"},
		{given: "Chloé/chloe Léa/lea Hugo Théo/theo Manon Zoé/zoe Étienne/etienne Margaux Anaïs/anais Loïc/loic",
			family: "Lefèvre/lefevre Dubois Fournier Garnier Mercier Bélanger/belanger Rousseau Chevalier Gagnon"},
		{given: "Jürgen/juergen Anneliese Käthe/kaethe Matthias Leonie Björn/bjoern Heike Florian Sören/soeren Greta",
			family: "Müller/mueller Schäfer/schaefer Weiß/weiss Köhler/koehler Vogel Brandt Krüger/krueger Lindner Fuchs"},
		{given: "Łukasz/lukasz Agnieszka Zofia Paweł/pawel Katarzyna Jiří/jiri Tereza Ondřej/ondrej Małgorzata/malgorzata",
			family: "Kowalczyk Wójcik/wojcik Zieliński/zielinski Dvořák/dvorak Szymański/szymanski Horák/horak Nowicki"},
		{given: "Søren/soren Astrid Åsa/asa Lars Ingrid Håkon/hakon Saga Eero Aino Guðrún/gudrun",
			family: "Nygård/nygard Sørensen/sorensen Åkesson/akesson Virtanen Dahl Þórsson/thorsson Holm Lindgren Berg"},
		{given: "Ольга/olga Дмитро/dmytro Светлана/svetlana Андрій/andriy Ірина/iryna Николай/nikolay Тарас/taras",
			family: "Шевченко/shevchenko Коваленко/kovalenko Мельник/melnyk Бондар/bondar Гончаренко/honcharenko"},
		{given: "Αλέξανδρος/alexandros Ελένη/eleni Γιώργος/giorgos Κατερίνα/katerina Σοφία/sofia Νίκος/nikos",
			family: "Παπαδόπουλος/papadopoulos Αντωνίου/antoniou Καραγιάννης/karagiannis Γεωργίου/georgiou"},
		{given: "Ayşe/ayse Emre Zeynep Çağla/cagla Mehmet Elif Ömer/omer Büşra/busra Kerem Defne",
			family: "Yılmaz/yilmaz Çelik/celik Şahin/sahin Öztürk/ozturk Aydın/aydin Doğan/dogan Arslan Koç/koc"},
		{given: "يوسف/yousef فاطمة/fatima عمر/omar ليلى/layla كريم/karim مريم/maryam",
			family: "حداد/haddad منصور/mansour الخطيب/alkhatib سلمان/salman درويش/darwish"},
		{given: "Chiamaka Tunde Adaeze Babajide Ngozi Ọlámidé/olamide Kwame Ama Abena Kofi Yaw Efua",
			family: "Okafor Balogun Nwosu Ogunleye Eze Mensah Owusu Boateng Adomako Chukwu Danjuma"},
		{given: "Wanjiru Otieno Amina Baraka Zawadi Juma Tsegaye Hiwot Abebe Makena",
			family: "Kamau Odhiambo Mwangi Njoroge Tesfaye Bekele Hassan Wekesa Kiplagat"},
		{given: "Priya Arjun Ananya Rohan Lakshmi Vikram Ishaan Diya Kavya Siddharth Meera",
			family: "Sharma Iyer Patel Reddy Banerjee Nair Chaudhary Kulkarni Mukherjee Deshpande"},
		{given: "Nguyệt/nguyet Minh Thảo/thao Quang Hương/huong Đức/duc Linh Trâm/tram Bảo/bao",
			family: "Nguyễn/nguyen Trần/tran Phạm/pham Đặng/dang Hoàng/hoang Bùi/bui Võ/vo"},
		{given: "芳/fang 伟/wei 秀英/xiuying 娜/na 静怡/jingyi 浩然/haoran 子轩/zixuan",
			family: "王/wang 李/li 张/zhang 刘/liu 陈/chen 赵/zhao 欧阳/ouyang", familyFirst: true},
		{given: "陽菜/hina 蓮/ren 葵/aoi 大翔/hiroto さくら/sakura 健太/kenta",
			family: "佐藤/sato 鈴木/suzuki 高橋/takahashi 渡辺/watanabe 小林/kobayashi", familyFirst: true},
		{given: "Leilani Kai Tāne/tane Mereana Sione Aroha Wiremu Losa",
			family: "Kealoha Ngata Tuilagi Parata Māhina/mahina Faleolo Te\u00a0Rangi/te-rangi"},
		{given: "Beatriz João/joao Thiago Letícia/leticia Gonçalo/goncalo Mariana Caio Inês/ines",
			family: "Araújo/araujo Conceição/conceicao Pereira Magalhães/magalhaes Teixeira Silva\u00a0e\u00a0Souza/silva-souza"},
	}
}

// customer is a generated person.
type customer struct {
	Username, Name, About string
	School                int64
}

// generateCustomer makes the i-th customer, the same one every time.
func generateCustomer(all []culture, schools, i int) customer {
	rng := rand.New(rand.NewPCG(20260101, uint64(i)))
	c := all[rng.IntN(len(all))]
	given, givenASCII := pick(rng, c.given)
	family, familyASCII := pick(rng, c.family)
	name := given + " " + family
	if c.familyFirst {
		name = family + given
	}
	about := fmt.Sprintf("Year %d student", 5+rng.IntN(8))
	if rng.IntN(3) == 0 {
		child, _ := pick(rng, c.given)
		about = fmt.Sprintf("Parent of %s, Year %d", child, 5+rng.IntN(8))
	}
	return customer{
		Username: fmt.Sprintf("%s.%s.%d", givenASCII, familyASCII, i+1),
		Name:     name,
		About:    about,
		School:   int64(1 + rng.IntN(schools)),
	}
}

// pick takes one of the names, and how it is spelled in an address.
func pick(rng *rand.Rand, names string) (name, ascii string) {
	all := strings.Split(names, " ") // not Fields: a no-break space belongs to a name
	name, ascii, found := strings.Cut(all[rng.IntN(len(all))], "/")
	if !found {
		ascii = strings.ToLower(name)
	}
	return name, ascii
}
