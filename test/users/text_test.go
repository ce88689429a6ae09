package users_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/userstest"
)

// named makes a directory of one user with this name.
func named(t testing.TB, name string) guise.Directory {
	return ordinary.directory(t, guise.User{ID: "1", Name: name})
}

// What the package comment says of case, on SQLite.
func TestSQLite_WhichLettersAreTheSame(t *testing.T) {
	for _, row := range []struct {
		name, text string
		found      bool
	}{
		{"Émile", "émile", true},
		{"émile", "ÉMILE", true},
		{"ЯНА", "яна", true},
		{"Straße", "STRAẞE", true},
		{"Σίσυφος", "ΣΊΣΥΦΟΣ", true},
		{"ǅemal", "ǆEMAL", true},
		{"Ａｎｎａ", "ａｎｎａ", true},
		{"𐐀𐐨", "𐐨𐐀", true},
		{"ĞÜNEŞ", "ğüneş", true},
		{"Straße", "strasse", false},
		{"İstanbul", "istanbul", false},
		{"İstanbul", "İSTANBUL", true},
		{"e\u0301mile", "\u00e9mile", false},
		{"e\u0301mile", "E\u0301MILE", true},
		{"José", "jose", false},
		{"300 \u212a", "\u212a", true},
		{"300 \u212a", "k", false},
		{"mi\u017fs", "mi\u017fS", true},
		{"miss", "mi\u017fs", false},
	} {
		got := search(t, named(t, row.name), guise.Query{Text: row.text})
		if (len(got) == 1) != row.found {
			t.Errorf("%+q finds %+q: %t; want %t", row.text, row.name, len(got) == 1, row.found)
		}
	}
}

func TestSQLite_TextWithoutBoundsFindsNobody(t *testing.T) {
	words := strings.Fields("ab cd ef gh ij kl mn op qr st")
	var greek []rune
	for r := 'α'; r <= 'ω'; r++ {
		greek = append(greek, r)
	}
	d := named(t, strings.Join(words, " ")+" "+strings.Repeat("é", 600)+" "+string(greek))
	for what, row := range map[string]struct {
		text  string
		found bool
	}{
		"eight terms":                {strings.Join(words[:8], " "), true},
		"nine terms":                 {strings.Join(words[:9], " "), false},
		"the same term often":        {strings.Repeat("ab AB a b ", 50), true},
		"a thousand bytes":           {strings.Repeat("é", 500), true},
		"more than a thousand bytes": {strings.Repeat("é", 501), false},
		"white space without bounds": {strings.Repeat(" ", 2000), false},
		"half an alphabet":           {string(greek[:9]), true},
		"an alphabet":                {string(greek), false},
	} {
		t.Run(what, func(t *testing.T) {
			if got := search(t, d, guise.Query{Text: row.text}); (len(got) == 1) != row.found {
				t.Errorf("finds %q; want somebody: %t", got, row.found)
			}
		})
	}
}

func TestSQLite_TheDeepestTermStillParses(t *testing.T) {
	word := "абгежзийклмнпруфхцчшщэюя" // 24 letters with one other case each
	if got := search(t, named(t, strings.ToUpper(word)), guise.Query{Text: word}); len(got) != 1 {
		t.Errorf("a term of 24 letters outside ASCII finds %q", got)
	}
}

// Random names and texts out of a small alphabet with traps, against the
// directory in memory, which compares in Go.
func TestSQLite_SearchesAsMemoryDoes(t *testing.T) {
	alphabet := []rune("aAbB%_\\'\"*?0 \u00a0éÉßẞσΣςЯяåÅ\u212bİıµμΜ\u0301ñ")
	random := rand.New(rand.NewPCG(1, 2))
	word := func(most int) string {
		var b strings.Builder
		for range random.IntN(most + 1) {
			b.WriteRune(alphabet[random.IntN(len(alphabet))])
		}
		return b.String()
	}
	var users []guise.User
	for i := range 100 {
		users = append(users, guise.User{ID: fmt.Sprint(i + 1), Username: word(4), Name: word(10), Email: word(6)})
	}
	want, got := userstest.NewMemory(users...), ordinary.directory(t, users...)
	hits := 0
	for range 400 {
		query := guise.Query{Text: word(4), Limit: 200}
		expected, found := search(t, want, query), search(t, got, query)
		slices.Sort(found)
		slices.Sort(expected)
		if !slices.Equal(found, expected) {
			t.Fatalf("%+q finds %q; want %q", query.Text, found, expected)
		}
		if len(found) > 0 && strings.ContainsFunc(query.Text, unicode.IsLetter) {
			hits++
		}
	}
	if hits < 40 {
		t.Errorf("only %d of the texts found anybody: the test is too weak", hits)
	}
}

// No text is an error, whatever bytes a request brings.
func FuzzSearch_NoTextIsAnError(f *testing.F) {
	for _, text := range []string{"", "anna", "%_\\", "\x00", "\xff\xfe", "é É", strings.Repeat("ж ", 600), "\u2028", "' --", "\U0010ffff"} {
		f.Add(text)
	}
	d := ordinary.directory(f, guise.User{ID: "1", Name: "Anna"})
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := d.Search(t.Context(), guise.Query{Text: text}); err != nil {
			t.Fatalf("Search(%q): %v", text, err)
		}
		if u, err := d.User(t.Context(), text); err == nil && u.ID != text {
			t.Fatalf("User(%q) = %+v", text, u)
		}
	})
}
