package guise_test

import (
	"encoding/csv"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/guise-go/guise"
)

// FuzzCookie sends whatever a browser, a proxy or an attacker may make of the
// Cookie header: a request with a handle never runs as the actor, and runs as
// the subject only with the right one.
func FuzzCookie(f *testing.F) {
	for _, seed := range cookieAttacks {
		f.Add(seed.text)
	}
	f.Fuzz(func(t *testing.T, line string) {
		w := newWorld(t, func(c *guise.Config) { c.DefaultMode = guise.ReadWrite })
		b := w.login("1")
		b.start("10")
		token := b.cookies["guise"]
		line = strings.ReplaceAll(line, "TOKEN", token)
		r := httptest.NewRequest("POST", "/write", nil)
		r.Header.Set("Cookie", loginCookie+"=1; "+line)
		w.handler.ServeHTTP(httptest.NewRecorder(), r)

		handles, right := 0, false
		for pair := range strings.SplitSeq(line, ";") {
			if value, ok := strings.CutPrefix(strings.TrimLeft(pair, " \t"), "guise="); ok {
				handles, right = handles+1, strings.Trim(value, " \t") == token
			}
		}
		for _, ran := range w.written() {
			switch {
			case strings.HasSuffix(ran, "as 10") && handles == 1 && right:
			case strings.HasSuffix(ran, "as 1") && handles == 0:
			default:
				t.Fatalf("%q with %d handles: ran %s", line, handles, ran)
			}
		}
	})
}

// FuzzExport exports whatever a reason may say: the file has the same rows and
// columns, and no cell that a spreadsheet runs.
func FuzzExport(f *testing.F) {
	for _, seed := range cellAttacks {
		f.Add(seed.text)
	}
	f.Fuzz(func(t *testing.T, reason string) {
		w := newWorld(t, nil)
		b := w.login("1")
		if b.post("/impersonate/start", form("user_id", "10", "reason", reason)).Code != 201 {
			return // not a text that may be recorded
		}
		file := b.do("GET", "/impersonate/log/export?format=csv", "").Body.String()
		rows, err := csv.NewReader(strings.NewReader(file)).ReadAll()
		if err != nil || len(rows) != 2 || len(rows[1]) != len(rows[0]) {
			t.Fatalf("%q: %d rows, %v\n%s", reason, len(rows), err, file)
		}
		for _, cell := range rows[1] {
			if formula.MatchString(cell) {
				t.Errorf("%q: the cell %q is run by a spreadsheet", reason, cell)
			}
		}
		if unmarked := strings.ReplaceAll(rows[1][7], "'", ""); unmarked != strings.ReplaceAll(recorded(reason), "'", "") {
			t.Errorf("%q became %q", reason, rows[1][7])
		}
	})
}

// formula is what begins a formula, at the beginning of a cell or of what a
// spreadsheet that separates cells at semicolons, tabs and line ends takes for
// a cell.
var formula = regexp.MustCompile(`^[\t\r\n]|(?:^|[;\t\r\n])[\s\p{Z}\p{Cc}\p{Cf}"]*[=+\-@|%＝＋－＠]`)

// recorded is the reason as it is kept and read back from a CSV file.
func recorded(reason string) string {
	return strings.ReplaceAll(strings.TrimSpace(reason), "\r\n", "\n")
}
