package guise_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/console"
)

// raw sends bytes to a server, and returns those that come back.
func raw(t *testing.T, server *httptest.Server, request string) string {
	t.Helper()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	got, _ := io.ReadAll(conn)
	return string(got)
}

// TestAttack_RequestLines: no way to write an address or a method makes a write
// run as the actor, reads more than the excluded pages as them, or leads a
// browser to another host. PREFIX is what http.StripPrefix takes off.
func TestAttack_RequestLines(t *testing.T) {
	lines := []string{
		"GET http://evil.examplePREFIX/impersonate/leave", "GET //evil.examplePREFIX/impersonate/leave",
		"GET PREFIX//evil.example/impersonate/leave", "GET //evil.example/..PREFIX/impersonate/leave", "GET PREFIX/impersonate/..//evil.example",
		"GET PREFIX/impersonate/%2e%2e/%2fevil.example", `GET PREFIX/impersonate/..\evil.example`, "GET http://evil.examplePREFIX/", "GET javascript:PREFIX/impersonate/leave",
		"GET PREFIX/impersonate/ended?x=PREFIX/impersonate/ended", "GET PREFIX/%69mpersonate/leave", "GET PREFIX/impersonate%2fleave", "GET PREFIX/Impersonate/leave",
		"CONNECT evil.example:443", "CONNECT /admin/x", "CONNECT /impersonate/stop", "OPTIONS *", "OPTIONS PREFIX/admin/x", "TRACE PREFIX/admin/x", "get PREFIX/admin/x",
		"PUT PREFIX/admin/x", "DELETE PREFIX/admin/x", "POST PREFIX/admin/x?_method=GET", "POST PREFIX/ADMIN/x", "POST PREFIX/admin/x;y", "POST PREFIX//admin/x", "PRI *",
		"GET PREFIX/ADMIN/x", "GET PREFIX/admin/../x", "GET PREFIX/admin/%2e%2e/x", "GET PREFIX/admin;/x", "GET PREFIX//admin/x", "GET PREFIX/x/../admin/x", "GET PREFIX/admin%2fx", "GET PREFIX/admin./x",
	}
	for _, prefix := range []string{"", "/app"} {
		w := newWorld(t, func(c *guise.Config) { c.Exclude, c.DefaultMode = []string{"/admin/"}, guise.ReadWrite })
		server := httptest.NewServer(http.StripPrefix(prefix, w.handler))
		defer server.Close()
		b := w.login("1")
		b.start("10")
		for _, line := range lines {
			line = strings.ReplaceAll(line, "PREFIX", prefix)
			for _, handle := range []string{b.cookies["guise"], "forged"} {
				got := raw(t, server, line+" HTTP/1.1\r\nHost: app.example\r\nAccept: text/html\r\n"+
					"Cookie: login=1; guise="+handle+"\r\nConnection: close\r\n\r\n")
				if strings.HasPrefix(got, "HTTP/1.1 5") || strings.Contains(got, "effective=1<") {
					t.Errorf("%s: failed, or ran as the actor: %.300s", line, got)
				}
				if _, location, found := strings.Cut(got, "\r\nLocation: "); found && (location[0] != '/' || strings.HasPrefix(location, "//") || strings.HasPrefix(location, `/\`)) {
					t.Errorf("%s leads to %.60q", line, location)
				}
			}
		}
		for _, ran := range w.written() {
			if !strings.HasSuffix(ran, " as 10") {
				t.Errorf("under %q ran %q", prefix, ran)
			}
		}
	}
}

func TestAttack_HostsThatAreNoHosts(t *testing.T) {
	w := newWorld(t, nil)
	b := w.login("1")
	b.start("10")
	for _, host := range []string{``, `x" onclick="alert(1)`, `x'><script>`, `a/b`, `a\b`, `user@evil.example`, `x?y`, `x#y`, `%41`, "a b"} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Host = host
		r.Header.Set("Cookie", "login=1; guise="+b.cookies["guise"])
		recorder := httptest.NewRecorder()
		w.handler.ServeHTTP(recorder, r)
		if page := recorder.Body.String(); !strings.Contains(page, `action="/impersonate/stop"`) {
			t.Errorf("host %q: the form to leave does not lead here", host)
		}
	}
}

// TestAttack_CVE202121424: someone without rights gets the same answer, byte for
// byte, whomever or whatever they ask about.
func TestAttack_CVE202121424(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.Console = console.New })
	running := w.login("1").start("11").json()["id"].(string)
	for _, request := range [][3]string{
		{"GET", "users/%s"}, {"HEAD", "users/%s"}, {"GET", "users?q=%s"}, {"GET", "explain?subject=%s"}, {"GET", "explain?subject=10&actor=%s"},
		{"GET", "log?actor=%s"}, {"GET", "log?subject=%s"}, {"GET", "log?q=%s"}, {"GET", "log?cursor=%s"}, {"GET", "log/%s"}, {"GET", "log/unattached?actor=%s"}, {"GET", "log/unattached?kind=%s"}, {"GET", "log/unattached?cursor=%s"}, {"HEAD", "log/%s"}, {"GET", "log/export?format=csv&subject=%s"},
		{"POST", "start", "user_id=%s"}, {"POST", "start", "user_id=%s&mode=read_write"}, {"POST", "start", "user_id=%s&duration=99999"}, {"POST", "start", "user_id=%s&mode=none"},
		{"POST", "live/%s/end", "note=x"},
	} {
		for _, accept := range []string{asJSON, asPage} {
			answers := map[string]string{}
			for _, about := range []string{"1", "10", "11", "12", "99", "Maya", running, strings.Repeat("A", len(running))} {
				path, body := strings.Replace(request[1], "%s", about, 1), strings.Replace(request[2], "%s", about, 1)
				got := w.login("10").do(request[0], "/impersonate/"+path, body, accept)
				answers[fmt.Sprint(got.Code, got.Header(), got.Body)] = about
			}
			if len(answers) != 1 {
				t.Errorf("%v: %d different answers", request, len(answers))
			}
		}
	}
}

// TestAttack_NothingReflectedIsMarkup: the search box and all other parameters,
// with and without a console, and the names of people.
func TestAttack_NothingReflectedIsMarkup(t *testing.T) {
	evil := `"><script>alert(1)</script><img src=x onerror=alert(1)>'{{7*7}}`
	id := `e"><script>alert(1)</script>`
	q := url.QueryEscape(evil)
	for _, pages := range []func(guise.ConsoleOptions) (guise.Console, error){nil, console.New} {
		w := newWorld(t, func(c *guise.Config) { c.LoginURL, c.MaxRunning, c.Console = "/login", 2, pages })
		w.users.Put(guise.User{ID: id, Name: evil, Email: evil, Username: evil, Tenant: evil, Active: true})
		b := w.login("1")
		b.start(id, "reason", evil, "ticket", evil)
		for _, who := range []*browser{b, w.login("1"), w.login("10"), w.login("")} {
			for _, path := range []string{
				"users?q=" + q, "users?q=" + q + "&next=" + q, "users?cursor=" + q, "users/" + url.PathEscape(id), "users/" + url.PathEscape(id) + "?reason=" + q + "&ticket=" + q + "&next=" + q + "&mode=" + q,
				"users/10?next=javascript:alert(1)", "users/10?duration=" + q, "live", "log", "log?q=" + q, "log?actor=" + q + "&subject=" + q, "log?from=" + q, "log?state=" + q, "log?cursor=" + q, "log/unattached?kind=" + q, "log/unattached?actor=" + q, "ended?cause=" + q,
				"leave?next=" + q, "mode?next=" + q, "mode?next=javascript:alert(1)", "explain?subject=" + q + "&actor=" + q + "&mode=" + q, "status?next=" + q, "log/" + url.PathEscape(evil), url.PathEscape(evil), "log/export?format=" + q,
			} {
				who.copy().checkHarmless("GET", path, "")
			}
			for path, bodies := range map[string][]string{
				"start": {form("user_id", evil, "reason", evil, "next", evil), form("user_id", "10", "mode", "read_write", "next", evil, "ticket", evil), form("user_id", "10", "duration", evil)},
				"mode":  {form("mode", evil), form("mode", "read_write", "reason", " ", "next", evil)},
				"stop":  {form("next", evil)},
			} {
				for _, body := range bodies {
					who.copy().checkHarmless("POST", path, body)
				}
			}
		}
	}
}

func (b *browser) checkHarmless(method, path, body string) {
	b.w.t.Helper()
	got := b.do(method, "/impersonate/"+path, body, asPage)
	page, header := strings.ToLower(got.Body.String()), got.Header()
	if got.Code >= 500 {
		b.w.t.Errorf("%s %s: %d", method, path, got.Code)
	}
	if strings.Contains(page, "<script>alert") || strings.Contains(page, "<img") || strings.Contains(page, `href="javascript:`) {
		b.w.t.Errorf("%s %s: markup of the sender's: %s", method, path, page)
	}
	if page != "" && (header.Get("X-Content-Type-Options") != "nosniff" || strings.Contains(header.Get("Content-Type"), "html") && !strings.Contains(header.Get("Content-Security-Policy"), "default-src 'none'")) {
		b.w.t.Errorf("%s %s: headers %v", method, path, header)
	}
	if to := got.location(); to != "" && to != "/" && !strings.HasPrefix(to, "/impersonate/") && !strings.HasPrefix(to, "/login?next=%2Fimpersonate") {
		b.w.t.Errorf("%s %s leads to %q", method, path, to)
	}
}

// TestAttack_HugeHeaders: a megabyte of anything takes hardly any time, and
// never runs as the actor.
func TestAttack_HugeHeaders(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) {
		c.IsolateCookies, c.Forbid, c.Exclude = []string{"a", "b", "session"}, []string{"/account/", "/u/{id}/password", "/x/{a}/{rest...}"}, []string{"/admin/"}
	})
	b := w.login("1")
	b.start("10")
	mine := "Cookie: login=1; guise=" + b.cookies["guise"]
	for name, header := range map[string]string{
		"cookies":            mine + strings.Repeat("; a=b", 200_000),
		"semicolons":         mine + strings.Repeat(";", 1_000_000),
		"handles":            mine + strings.Repeat("; guise=x", 100_000),
		"partitions":         mine + strings.Repeat("; guise-AAAA-session=b", 45_000),
		"media types":        "Accept: " + strings.Repeat("a/b,", 250_000),
		"languages":          "Accept-Language: " + strings.Repeat("de;q=0.1,", 100_000),
		"bytes of no text":   "User-Agent: " + strings.Repeat("\xff", 1_000_000),
		"dots in a referrer": "Referer: http://example.com/" + strings.Repeat("%2e/", 250_000),
	} {
		for _, path := range []string{"/", "/impersonate/status", "/" + strings.Repeat("%2e%2e;/", 500) + "account", "/" + strings.Repeat("..;//", 600)} {
			begun := time.Now()
			got := b.copy().do("GET", path, "", header)
			if took := time.Since(begun); took > 5*time.Second {
				t.Errorf("%s at %.20s: %v", name, path, took)
			}
			if got.Code >= 500 || strings.Contains(got.Body.String(), "effective=1<") {
				t.Errorf("%s at %.20s: %d", name, path, got.Code)
			}
		}
	}
}
