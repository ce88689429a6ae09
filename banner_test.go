package guise_test

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/guise-go/guise"
)

// serve makes the application answer every request like this.
func (w *world) serve(contentType, body string, headers ...string) {
	w.handler = w.manager.Middleware(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		for _, header := range headers {
			name, value, _ := strings.Cut(header, ": ")
			rw.Header().Add(name, value)
		}
		rw.Header().Set("Content-Type", contentType)
		_, _ = rw.Write([]byte(body))
	}))
}

func TestP8_TheBannerIsOnEveryWholePage(t *testing.T) {
	const html = "text/html; charset=utf-8"
	for name, r := range map[string]struct {
		kind, body string
		want       string // what stands right before the banner; "-" for no banner
	}{
		"a page":                {html, "<!DOCTYPE html><html><head></head><body class='>'><p>x", "<body class='>'>"},
		"no body tag":           {html, "<!DOCTYPE html><title>t</title><p>x", "</title>"},
		"body tag in a comment": {html, "<!DOCTYPE html><!-- <body> --><title><body></title><BODY>x", "<BODY>"},
		"a fragment":            {html, "<li>one</li>", "-"},
		"JSON":                  {"application/json", `{"html":"<body>"}`, "-"},
		"a script":              {"text/javascript", `"<html><body>"`, "-"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			b := w.login("1")
			b.start("10")
			w.serve(r.kind, r.body)
			got := b.get("/page")
			before, _, found := strings.Cut(got.Body.String(), "<aside")
			if found != (r.want != "-") || found && !strings.HasSuffix(before, r.want) {
				t.Errorf("banner %v, after %q", found, before)
			}
			if !found && got.Body.String() != r.body {
				t.Errorf("changed to %q", got.Body)
			}
			if got.Header().Get("Guise-Impersonation") == "" || got.Header().Get("Cache-Control") != "private, no-store" {
				t.Errorf("headers %v", got.Header())
			}
		})
	}
}

var tag = regexp.MustCompile(`<[^>]*>`)

// words are what a person reads of a banner.
func words(page string) string {
	_, banner, _ := strings.Cut(page, "</style>")
	banner, _, _ = strings.Cut(banner, "<script>")
	return strings.Join(strings.Fields(tag.ReplaceAllString(banner, " ")), " ")
}

func TestP8_TheBannerSaysWhoAndHowLong(t *testing.T) {
	w := newWorld(t, nil)
	b := w.login("1")
	b.start("10")
	for _, r := range []struct {
		wait time.Duration
		left string
	}{{0, "1 h 0 min left"}, {14 * time.Minute, "46 min left"}, {14 * time.Minute, "32 min left"}, {14 * time.Minute, "18 min left"}, {14 * time.Minute, "4 min left"}, {3*time.Minute + time.Second, "less than a minute left"}} {
		w.advance(r.wait)
		got := words(b.get("/").Body.String())
		want := "You are seeing this as Maya Customer (maya@example.org) . You are Ada Admin . Read-only " + r.left + " Ask for write access More ways to leave Release"
		if got != want {
			t.Errorf("says %q\nwant %q", got, want)
		}
	}
}

func TestP8_TheBannerSpeaksTheBrowsersLanguage(t *testing.T) {
	w := newWorld(t, nil)
	b := w.login("1")
	b.start("10")
	for accept, want := range map[string]string{
		"de-AT,de;q=0.9,en;q=0.5": `lang="de" dir="ltr"`, "fa": `lang="fa" dir="rtl"`, "pt": `lang="pt-BR"`, "xx": `lang="en"`, "": `lang="en"`,
	} {
		if page := b.do("GET", "/", "", asPage, "Accept-Language: "+accept).Body.String(); !strings.Contains(page, want) {
			t.Errorf("%s: no %s", accept, want)
		}
	}
	for choice, want := range map[string]string{
		"ja": `lang="ja"`, "de-AT": `lang="de"`, "pt": `lang="pt-BR"`, "DE": `lang="de"`, "xx": `lang="en"`, "": `lang="en"`,
		"pl-PL,pl;q=0.9": `lang="pl"`, // a header passed on
	} {
		w := newWorld(t, func(c *guise.Config) { c.Language = func(*http.Request) string { return choice } })
		b := w.login("1")
		b.start("10")
		if page := b.do("GET", "/", "", asPage, "Accept-Language: fr").Body.String(); !strings.Contains(page, want) {
			t.Errorf("Config.Language says %q: no %s", choice, want)
		}
	}
}

func TestP8_HostileNamesStayText(t *testing.T) {
	for name, hostile := range map[string]string{
		"markup": `<script>alert(1)</script>`, "attribute": `" onmouseover="alert(1)`, "end of element": `</aside></style></script><img src=x onerror=alert(1)>`,
		"right to left": "\u202eevil\u202c", "out of its isolate": "Maya\u2069\u2066\u202d evil", "300 characters": strings.Repeat("wide ", 60), "NUL": "a\x00b", "not UTF-8": "a\xffb", "not XML": "a\x01\x1b\ufffe\uffffb",
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			w.change("10", func(u *guise.User) { u.Name, u.Email = hostile, hostile })
			b := w.login("1")
			b.start("10")
			page := b.get("/").Body.String()
			if n := strings.Count(page, "<script>"); n != 1 {
				t.Errorf("%d script elements", n)
			}
			if strings.ContainsAny(page, "\x01\x1b") || strings.Contains(page, "&#65534;") || strings.Contains(page, "&#65535;") {
				t.Error("an XHTML page could not be shown")
			}
			if strings.Contains(page, "<img") || strings.Contains(page, `" onmouseover="`) || strings.Contains(page, "\x00") {
				t.Error("the name is not escaped")
			}
			for _, r := range page {
				if r >= 0x80 {
					t.Errorf("the banner holds %q: it must be ASCII in a page of any encoding", r)
				}
			}
			for _, path := range []string{"/", "/impersonate/leave", "/impersonate/mode"} {
				shown := html.UnescapeString(b.get(path).Body.String())
				if at := strings.IndexAny(shown, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"); at >= 0 {
					t.Errorf("on %s the name turns around what is beside it: %q", path, shown[max(0, at-40):at])
				}
			}
			if said := words(page); len(said) > 1500 {
				t.Errorf("the banner has %d characters of text", len(said))
			}
		})
	}
}

// When a page of a sibling host frames this one, the browser sends the cookie,
// and people could be made to click on it unawares.
func TestAttack_NobodyElseFramesThePagesOfTheSubject(t *testing.T) {
	w := newWorld(t, nil)
	b := w.login("1")
	b.start("10")
	w.serve("text/html", "<!DOCTYPE html><html><body>x")
	if got := b.get("/").Header()["X-Frame-Options"]; len(got) != 1 || got[0] != "SAMEORIGIN" {
		t.Errorf("X-Frame-Options %q", got)
	}
	if got := w.login("1").get("/").Header()["X-Frame-Options"]; got != nil {
		t.Errorf("without an impersonation: %q", got)
	}
	w.serve("text/html", "<!DOCTYPE html><html><body>x", "Content-Security-Policy: frame-ancestors https://portal.example")
	if got := b.get("/").Header().Get("Content-Security-Policy"); !strings.Contains(got, "frame-ancestors https://portal.example") {
		t.Errorf("the application's own policy became %q", got)
	}
}

func TestP8_TheBannersOwnStyleAndScriptAreAdmitted(t *testing.T) {
	w := newWorld(t, nil)
	b := w.login("1")
	b.start("10")
	w.serve("text/html", "<!DOCTYPE html><html><body>x", "Content-Security-Policy: default-src 'none'")
	got := b.get("/").Header().Get("Content-Security-Policy")
	if !regexp.MustCompile(`^default-src 'none'.*script-src-elem 'sha256-[^']+'`).MatchString(got) || !strings.Contains(got, "style-src-elem 'sha256-") {
		t.Errorf("policy %q", got)
	}
}

func TestP8_WhatIsInlineIsFitForXHTML(t *testing.T) {
	w := newWorld(t, nil)
	b := w.login("1")
	b.start("10")
	page := b.get("/").Body.String()
	_, script, _ := strings.Cut(page, "<script>")
	script, _, _ = strings.Cut(script, "</script>")
	_, style, _ := strings.Cut(page, "<style>")
	style, _, _ = strings.Cut(style, "</style>")
	if script == "" || style == "" || strings.ContainsAny(script+style, "<&") {
		t.Error("the banner's script and style must hold no < and no &")
	}
}

func TestP8_APageInAnUnknownEncodingIsNotShownWithoutTheBanner(t *testing.T) {
	w := newWorld(t, nil)
	b := w.login("1")
	b.start("10")
	w.serve("text/html", "\x8b\x03compressed by brotli", "Content-Encoding: br")
	if got := b.get("/"); strings.Contains(got.Body.String(), "brotli") || !strings.Contains(got.Body.String(), "guise-banner") {
		t.Errorf("%d %.300s", got.Code, got.Body)
	}
}

// What the banner offers is what asking for it would get.
func TestBanner_OnlyTheActorWhoMayIsOfferedWriteAccess(t *testing.T) {
	for name, row := range map[string]struct {
		looks string // the ID of who may only look
		chain []string
		want  bool
	}{
		"one who may":                           {"", []string{"10"}, true},
		"one who may only look":                 {"1", []string{"10"}, false},
		"through one who may":                   {"", []string{"3", "10"}, true},
		"through one who may only look":         {"3", []string{"3", "10"}, false},
		"as one who may only look, but as such": {"3", []string{"3"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(c *guise.Config) {
				c.MaxDepth = 2
				c.Policy = func(ctx context.Context, ask guise.Ask) error {
					if ask.Mode == guise.ReadWrite && ask.Actor.ID == row.looks {
						return guise.Deny("look-only", "Only look.")
					}
					return guise.SuperusersAndStaff(ctx, ask)
				}
			})
			b := w.login("1")
			for _, subject := range row.chain {
				b.start(subject)
			}
			offered := strings.Contains(b.get("/").Body.String(), "/impersonate/mode")
			got := b.post("/impersonate/mode", "mode=read_write&reason=x")
			if offered != row.want || offered != (got.Code == http.StatusOK) {
				t.Errorf("offered %v, and asking gets %d; want %v", offered, got.Code, row.want)
			}
		})
	}
}

func TestInsecureNoBanner_LeavesItOut(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.InsecureNoBanner = true })
	b := w.login("1")
	b.start("10")
	if got := b.get("/"); strings.Contains(got.Body.String(), "guise-banner") || got.Header().Get("Guise-Impersonation") == "" {
		t.Errorf("%v %s", got.Header(), got.Body)
	}
}

func TestBannerLast_PutsItBeforeTheEndOfTheBody(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.BannerPlace = guise.BannerLast })
	b := w.login("1")
	b.start("10")
	if page := b.get("/").Body.String(); !strings.HasPrefix(page, "<!DOCTYPE html><html><head><title>t</title></head><body>effective=10<aside") {
		t.Errorf("%.200s", page)
	}
}

func TestPages_OfGuiseItselfHaveTheBannerToo(t *testing.T) {
	w := newWorld(t, nil)
	b := w.login("1")
	b.start("10")
	for _, path := range []string{"leave", "mode"} {
		got := b.get("/impersonate/" + path)
		if page := got.Body.String(); got.Code != 200 || !strings.Contains(page, "guise-banner") || !strings.Contains(page, `<form method="post"`) {
			t.Errorf("%s: %d %.200s", path, got.Code, page)
		}
		if got.Header().Get("Content-Security-Policy") == "" || got.Header().Get("X-Frame-Options") != "DENY" {
			t.Errorf("%s: headers %v", path, got.Header())
		}
	}
}

func TestView_ShowsWhoIsThere(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.Exclude = []string{"/admin/"} })
	w.handler = w.manager.Middleware(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		v := w.manager.View(r)
		fmt.Fprintf(rw, "%v %s/%s actor=%s running=%v can=%v,%v,%v %s %s", v.Impersonating(), v.User().ID, v.RealUser().ID, v.Actor().ID,
			v.Impersonation() != nil, v.Can("11"), v.Can("2"), v.Can("99"), v.Button("11"), v.StopForm())
	}))
	const button = `<form class="guise-button" method="post" action="/impersonate/start"><input type="hidden" name="user_id" value="11"><button type="submit" aria-label="Log in as Noah Customer">Log in as</button></form>`
	const stop = `<form class="guise-stop" method="post" action="/impersonate/stop"><button type="submit">Release</button></form>`
	for _, r := range []struct {
		who, path string
		acting    bool
		want      string
	}{
		{"", "/", false, "false / actor= running=false can=false,false,false  "},
		{"10", "/", false, "false 10/10 actor= running=false can=false,false,false  "},
		{"1", "/", false, "false 1/1 actor= running=false can=true,false,false " + button + " "},
		{"1", "/", true, "true 10/1 actor=1 running=true can=false,false,false  " + stop},
		{"1", "/admin/", true, "false 1/1 actor= running=true can=false,false,false  " + stop},
	} {
		b := w.login(r.who)
		if r.acting {
			b.start("10")
		}
		if got := b.do("GET", r.path, "", asJSON).Body.String(); got != r.want {
			t.Errorf("%s at %s, acting %v:\n%s\nwant\n%s", r.who, r.path, r.acting, got, r.want)
		}
		if r.acting {
			b.post("/impersonate/stop", "")
		}
	}
}

func TestForbid_RefusesOnlyWhileImpersonating(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.DefaultMode = guise.ReadWrite })
	w.handler = w.manager.Middleware(guise.Forbid(http.HandlerFunc(w.app)))
	b := w.login("1")
	if got := b.post("/delete-account", "x=1"); got.Code != 200 {
		t.Errorf("oneself: %d", got.Code)
	}
	b.start("10")
	if got := b.post("/delete-account", "x=1"); got.Code != 403 || got.json()["code"] != "forbidden-while-impersonating" {
		t.Errorf("acting: %d %s", got.Code, got.Body)
	}
}

func TestTemplates_ABannerOfTheApplicationsOwn(t *testing.T) {
	own := func(html string) fstest.MapFS { return fstest.MapFS{"banner.html": {Data: []byte(html)}} }
	w := newWorld(t, func(c *guise.Config) {
		c.Templates = own(`<aside>{{.Style}}Careful: {{range .Headline}}{{.Text}}{{end}}<form method="post" action="{{.StopURL}}"><button>{{.Text "banner.stop"}}</button></form>{{.Script}}</aside>`)
	})
	b := w.login("1")
	b.start("10")
	if page := b.get("/").Body.String(); !strings.Contains(page, "<body><aside><style>") || !strings.Contains(page, "Careful: You are seeing this as Maya Customer.") {
		t.Errorf("%.400s", page)
	}
	for name, files := range map[string]fstest.MapFS{
		"does not parse":       own("{{"),
		"shows what is not":    own(`{{.Nobody}}`),
		"can't be left":        own(`<aside>{{range .Headline}}{{.Text}}{{end}}</aside>`),
		"hides whose it is":    own(`<form method="post" action="{{.StopURL}}"></form>`),
		"script not for XHTML": {"banner.js": {Data: []byte("if (1 < 2) {}")}},
	} {
		config := minimal()
		config.Templates = files
		if _, err := guise.New(config); strings.Join(wrongFields(err), " ") != "Templates" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestCatalogue_HasNoTextThatNobodySays holds the catalogue to what is used:
// each key stands in a source file, alone or as the beginning of a family.
func TestCatalogue_HasNoTextThatNobodySays(t *testing.T) {
	var source strings.Builder
	for _, pattern := range []string{"*.go", "web/*"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			content, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			source.Write(content)
		}
	}
	content, err := os.ReadFile("locales/en.json")
	if err != nil {
		t.Fatal(err)
	}
	var texts map[string]string
	if err := json.Unmarshal(content, &texts); err != nil {
		t.Fatal(err)
	}
	for key := range texts {
		family := key[:strings.LastIndex(key, ".")+1]
		if !strings.Contains(source.String(), `"`+key+`"`) && !strings.Contains(source.String(), `"`+family+`"`) {
			t.Errorf("nothing says %s", key)
		}
	}
}

func TestPages_SpeakTheReadersLanguage(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.Forbid = []string{"/account/"} })
	b := w.login("1")
	b.start("10")
	for path, want := range map[string]string{
		"/account/":                 "ist während eines Identitätswechsels gesperrt",
		"/impersonate/users/99":     "Unter dieser Adresse gibt es nichts.",
		"/impersonate/users?q=%00":  "ist nicht verständlich. &#34;q&#34; holds a NUL character.",
		"/impersonate/leave":        "Sie",
		"/impersonate/ended?cause=": "Weiter",
	} {
		page := b.do("GET", path, "", asPage, "Accept-Language: de").Body.String()
		_, page, _ = strings.Cut(page, "<main>") // after the banner
		if !strings.Contains(page, want) {
			t.Errorf("%s: %.400s; want it to say %q", path, page, want)
		}
	}
}
