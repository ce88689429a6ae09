package people

import "strings"

var (
	firstNames = strings.Fields(`Anna Bob Émile Zoë José María Ahmed Fatima Wei Li Ming Yuki Hiroshi Sakura Olga Иван Мария Анна Дмитрий
		Ελένη Γιώργος Νίκος John Mary James Patricia Robert Jennifer Michael Linda William Elizabeth David Barbara Richard Susan
		Joseph Jessica Thomas Sarah Charles Karen Christopher Nancy Daniel Lisa Matthew Margaret Anthony Betty Mark Sandra Donald
		Ashley Steven Dorothy Paul Kimberly Andrew Emily Joshua Donna Kenneth Michelle Kevin Carol Brian Amanda George Melissa
		Edward Deborah Ronald Stephanie Timothy Rebecca Jason Laura Jeffrey Sharon Ryan Cynthia Jacob Kathleen Gary Amy Nicholas
		Shirley Eric Angela Jonathan Helen Stephen Larry Brenda Justin Pamela Scott Nicole Brandon Frank Samantha Benjamin
		Katherine Gregory Emma Samuel Ruth Raymond Christine Patrick Catherine Alexander Debra Jack Rachel Dennis Carolyn Jerry
		Janet Tyler Virginia Aaron Maria Henry Heather Jürgen Björn Søren Åse Øyvind Łukasz Małgorzata Şebnem Çağlar İpek Ömer
		Tomáš Jiří Květa Zdeněk Ágnes László François Hélène Chloë Núria João Conceição Ngọc Thảo 小明 美咲 太郎 花子 Priya Arjun
		Lakshmi Ravi Aisha Omar Yusuf Layla Kwame Ama Chidi Ngozi Thabo Naledi Siobhán Seán Niamh Oisín Gwenllian Rhys`)

	surnames = strings.Fields(`Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson
		Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis Robinson Walker Young
		Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall Rivera Campbell Mitchell Carter Roberts Gomez
		Phillips Evans Turner Diaz Parker Cruz Edwards Collins Reyes Stewart Morris Morales Murphy Cook Rogers Gutierrez Ortiz Morgan
		Cooper Peterson Bailey Reed Kelly Howard Ramos Kim Cox Ward Richardson Watson Brooks Chavez Wood James Bennett Gray Mendoza
		Ruiz Hughes Price Alvarez Castillo Sanders Patel Myers Long Ross Foster Jimenez Müller Schmidt Schneider Fischer Weber Meyer
		Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann
		Groß Weiß Lindqvist Andersson Johansson Karlsson Nilsson Eriksson Ångström Sjöberg Hansen Olsen Larsen Jørgensen Kjær
		Kowalski Wiśniewski Wójcik Kamiński Zieliński Nowák Dvořák Černý Procházka Novotná Horváth Nagy Szabó Kovács Tóth Dubois
		Lefèvre Moreau Laurent Garnier Rousseau Béranger Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Silva Santos
		Ferreira Pereira Oliveira Gonçalves Magalhães Иванов Смирнова Кузнецов Попова Васильев Петрова Παπαδόπουλος Γεωργίου Yılmaz
		Şahin Öztürk Doğan Tanaka Suzuki Takahashi Watanabe Yamamoto 王 李 张 佐藤 鈴木 O'Brien O'Sullivan MacDonald D'Angelo Okafor
		Adeyemi Mensah Dlamini Nkosi Singh Kumar Sharma Gupta Khan Hussain Rahman Chowdhury Haddad Mansour Cohen Levi Mizrahi`)

	beginnings = strings.Fields(`al bar ber bran car chen da del dor ed el fal fen gar gil gor hal har hol in jan jor kal kel kir lan len lor
		mac mar mel mon nor ol or pal pen per quin ran rod ros sal sel stan tal tar thorn ul val van ver wal wen win yar zan zel`)
	middles = strings.Fields(`a an ba be bi co da de di e en er fi ga ge go ha i in ka ki la le li lo ma me mi mo na ne ni no o ol on pa
		ra re ri ro sa se si so ta te ti to u va ve vi wa ze zi`)
	endings = strings.Fields(`berg blad by castle dale den dorf feld field ford gren hart heim holm horn house ing kamp ker land ley low man
		mark mont more ner nik quist rath rick ridge rup sen shaw ski smith son stad stein stone stow strom ton vale vic ville ward
		well wick witz wood worth`)

	spelled = map[rune]string{
		'ä': "ae", 'ö': "oe", 'ü': "ue", 'ß': "ss", 'é': "e", 'è': "e", 'ë': "e", 'ê': "e", 'á': "a", 'à': "a", 'ã': "a", 'å': "aa",
		'ø': "oe", 'æ': "ae", 'ç': "c", 'č': "c", 'ć': "c", 'ñ': "n", 'ń': "n", 'í': "i", 'ı': "i", 'ó': "o", 'ô': "o", 'ő': "o", 'ú': "u",
		'ů': "u", 'ý': "y", 'ž': "z", 'ź': "z", 'ż': "z", 'š': "s", 'ś': "s", 'ş': "s", 'ł': "l", 'ř': "r", 'ď': "d", 'ť': "t", 'ğ': "g",
	}
)
