package browser

import (
	"bufio"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"github.com/guise-go/guise/test/internal/chromium"
	"github.com/guise-go/guise/test/internal/demo"
)

// TestHtmx_ThePageStaysAndRefusalsAreSaid drives examples/htmx by htmx itself:
// its pieces come into a page that keeps its banner, a refusal is said where the
// page says things and is not put among the pieces, and when it is over the page
// gives way to the one that says so.
func TestHtmx_ThePageStaysAndRefusalsAreSaid(t *testing.T) {
	t.Parallel()
	packageFile(t, "htmx.org/dist/htmx.min.js")
	base := serveExample(t, "examples/htmx")
	p := chromium.Open(t)
	p.Goto(base + "/login")
	p.Post("/login", map[string]string{"username": "ada", "password": "guise"})
	act := func(mode string) {
		p.Post("/impersonate/start", map[string]string{"user_id": "2", "mode": mode, "reason": reason})
		p.Goto(base + "/notes")
		chromium.Evaluate[bool](p, "window.untouched = true")
	}
	add := func(text string) {
		p.Fill("text", text)
		p.Click("form[hx-post]", "Add")
	}

	act("read_write")
	add("one")
	p.Until("the note is there", `document.querySelector("#notes li")?.textContent === "one"`)
	add("two")
	p.Until("there are two", `document.querySelectorAll("#notes li").length === 2`)
	if !chromium.Evaluate[bool](p, `window.untouched && document.querySelectorAll("#guise-banner").length === 1`) {
		t.Error("the page was loaded anew, or has not one banner")
	}
	p.Post("/impersonate/stop", nil)

	act("read_only")
	add("three")
	p.Until("the refusal is said", `document.getElementById("said").textContent !== ""`)
	if notes := p.Text("#notes"); strings.Contains(notes, "three") || strings.Count(notes, "\n") != 1 {
		t.Errorf("after the refusal the notes are %q; want the two of before", notes)
	}
	if !p.Exists("#guise-banner") {
		t.Error("the refusal took the banner off the page")
	}

	endElsewhere(t, base, p)
	add("four")
	p.Until("the page says that it is over", `location.pathname === "/impersonate/ended"`)
	for _, problem := range p.TakeProblems() {
		if !strings.Contains(problem, "status of 403") && !strings.Contains(problem, "status of 405") {
			t.Errorf("the browser complained: %s", problem)
		}
	}
}

// endElsewhere leaves with the cookies of the page, behind its back.
func endElsewhere(t *testing.T, base string, p *chromium.Page) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/impersonate/stop", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "application/json")
	for _, cookie := range p.Cookies(base) {
		r.AddCookie(cookie)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("leaving is answered %d, want 200", resp.StatusCode)
	}
}

// serveExample runs one of the examples until the test ends, and returns where.
func serveExample(t *testing.T, folder string) string {
	t.Helper()
	cmd := exec.Command(demo.Build(t, folder), "-addr", "127.0.0.1:0")
	said, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // the example has nothing to keep
		_ = cmd.Wait()
	})
	lines := bufio.NewScanner(said)
	lines.Scan()
	if base := lines.Text(); strings.HasPrefix(base, "http://") {
		return base
	}
	t.Fatalf("%s begins with %q, want its address", folder, lines.Text())
	return ""
}
