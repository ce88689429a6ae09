package users_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/userstest"
)

// named makes a directory of one user with this name.
func (e engine) named(t testing.TB, name string) guise.Directory {
	return e.directory(t, guise.User{ID: "1", Name: name})
}

// What the package comment says of case.
func TestWhichLettersAreTheSame_OnEveryEngine(t *testing.T) {
	rows := []struct {
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
		{"İstanbul", "\u0131stanbul", false},
		{"Garçon", "garcon", false},
		{"Anna", "ánna", false},
		{"Ω", "\u2126", true},
		{"Straße", "straße ", true},
	}
	onEach(t, func(t *testing.T, e engine) {
		var users []guise.User
		for i, row := range rows {
			users = append(users, guise.User{ID: strconv.Itoa(i + 1), Name: row.name})
		}
		d := e.directory(t, users...)
		for i, row := range rows {
			got := search(t, d, guise.Query{Text: row.text, Filter: guise.Filter{IDs: []string{users[i].ID}}})
			if (len(got) == 1) != row.found {
				t.Errorf("%+q finds %+q: %t; want %t", row.text, row.name, len(got) == 1, row.found)
			}
		}
	})
}

func TestTextWithoutBoundsFindsNobody(t *testing.T) {
	words := strings.Fields("ab cd ef gh ij kl mn op qr st")
	var greek []rune
	for r := 'α'; r <= 'ω'; r++ {
		greek = append(greek, r)
	}
	d := onSQLite.named(t, strings.Join(words, " ")+" "+strings.Repeat("é", 600)+" "+string(greek))
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

func TestTheDeepestTermStillParses_OnEveryEngine(t *testing.T) {
	onEach(t, func(t *testing.T, e engine) {
		word := "абгежзийклмнпруфхцчшщэюя" // 24 letters with one other case each
		name := strings.ToUpper(word) + "abcdefghijklmnopqrstuvwxyz"
		if got := search(t, e.named(t, name), guise.Query{Text: strings.ToLower(name)}); len(got) != 1 {
			t.Errorf("a term of 24 letters outside ASCII finds %q", got)
		}
	})
}

// Random names and texts out of a small alphabet with traps, against the
// directory in memory, which compares in Go.
func TestSearchesAsMemoryDoes_OnEveryEngine(t *testing.T) {
	alphabet := []rune("aAbB%_\\'\"*?!$0 \u00a0éÉßẞσΣςЯяåÅ\u212bİıµμΜ\u0301ñ𐐀𐐨")
	onEach(t, func(t *testing.T, e engine) {
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
			users = append(users, guise.User{ID: strconv.Itoa(i + 1), Username: word(4), Name: word(10), Email: word(6)})
		}
		want, got := userstest.NewMemory(users...), e.directory(t, users...)
		hits := 0
		for range 300 {
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
		if hits < 30 {
			t.Errorf("only %d of the texts found anybody: the test is too weak", hits)
		}
	})
}

// Bytes that no database takes for text.
func TestNoTextIsAnError_OnEveryEngine(t *testing.T) {
	onEach(t, func(t *testing.T, e engine) {
		d := e.directory(t, guise.User{ID: "1", Name: "Anna"})
		for _, text := range strange {
			if _, err := d.Search(t.Context(), guise.Query{Text: text}); err != nil {
				t.Errorf("Search(%q): %v", text, err)
			}
			filter := guise.Filter{IDs: []string{text}, Tenants: []string{text}, Attributes: map[string][]string{userstest.Attribute: {text}}}
			if found := search(t, d, guise.Query{Filter: filter}); len(found) > 0 {
				t.Errorf("a filter by %q finds %q", text, found)
			}
			if _, err := d.User(t.Context(), text); !errors.Is(err, guise.ErrUserNotFound) {
				t.Errorf("User(%q): %v", text, err)
			}
		}
	})
}

var strange = []string{
	"\x00", "a\x00b", "\xff\xfe", "é É", strings.Repeat("ж ", 600), "\u2028", "' --", "\U0010ffff", "\ufffe", "1e400", "-", "--1",
	strings.Repeat("9", 30), "-9223372036854775809", "18446744073709551616", "\\", "%", "{", "\"", "x'00'", "$1", "?", "\u0000",
}

// No text is an error, whatever bytes a request brings.
func FuzzSQLite_NoTextIsAnError(f *testing.F) {
	for _, text := range strange {
		f.Add(text)
	}
	for _, seed := range searchAttacks {
		f.Add(seed.text)
	}
	d := onSQLite.directory(f, guise.User{ID: "1", Name: "Anna"})
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := d.Search(t.Context(), guise.Query{Text: text}); err != nil {
			t.Fatalf("Search(%q): %v", text, err)
		}
		if u, err := d.User(t.Context(), text); err == nil && u.ID != text {
			t.Fatalf("User(%q) = %+v", text, u)
		}
	})
}
