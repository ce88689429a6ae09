package browser

import (
	"bytes"
	"fmt"
	"html/template"
	"net/url"
	"os"
	"testing"

	"github.com/guise-go/guise/test/internal/artifacts"
	"github.com/guise-go/guise/test/internal/chromium"
	"github.com/guise-go/guise/test/internal/demo"
)

// seen is one way in which a page is seen.
type seen struct {
	name       string
	width      int64
	preference string
	language   string
	media      string
}

var gallery = []seen{
	{name: "light", width: 1280},
	{name: "dark", width: 1280, preference: "prefers-color-scheme: dark"},
	{name: "tablet", width: 768},
	{name: "phone", width: 390},
	{name: "narrow", width: 320, preference: "prefers-color-scheme: dark"},
	{name: "persian", width: 1280, language: "fa"},
	{name: "persian-phone", width: 390, language: "fa"},
	{name: "persian-narrow", width: 320, language: "fa", preference: "prefers-color-scheme: dark"},
	{name: "print", width: 794, media: "print"},
}

// picture is a page of the demo to take.
type picture struct {
	name, path string
	// act is whether Ada acts as Maya; do is what she does before the picture.
	act bool
	do  func(*desk)
	// open is whether what is folded is unfolded; alike is whether another
	// differs from it by a sentence alone.
	open, alike bool
}

func pictures(d *desk) []picture {
	office := func(d *desk) { d.p.Goto(d.URL + "/admin/users") }
	first := func(path string) string {
		type answer struct{ Impersonations []struct{ ID string } }
		found := demo.Decode[answer](d.p.T(), d.Client(d.p.Cookies(d.URL)...).Get("/impersonate/log?"+path), 200)
		return "/impersonate/log/" + found.Impersonations[0].ID
	}
	return []picture{
		{name: "people", path: "/impersonate/users"},
		{name: "people-found", path: "/impersonate/users?q=maya"},
		{name: "people-second-page", path: "/impersonate/users", do: func(d *desk) { d.p.Press("nav.pager", "Next page") }},
		{name: "people-none", path: "/impersonate/users?q=nobody+of+this+name"},
		{name: "people-acting", path: "/impersonate/users?q=school", act: true},
		{name: "person", path: "/impersonate/users/" + d.maya},
		{name: "person-linked", path: "/impersonate/users/" + d.maya + "?reason=Her+timetable+is+empty&ticket=HD-4711&mode=read_write&duration=900&next=/courses"},
		{name: "person-problem", path: "/impersonate/users/" + d.maya, do: func(d *desk) {
			d.p.Post("/impersonate/start", map[string]string{"user_id": d.maya, "mode": "read_write", "ticket": "HD-4711"})
		}},
		{name: "person-not", path: "/impersonate/users?q=inactive", do: func(d *desk) { d.p.Goto(d.URL + "/impersonate/users/" + d.id("inactive")) }},
		{name: "person-oneself", path: "/impersonate/users?q=admin", do: func(d *desk) { d.p.Goto(d.URL + "/impersonate/users/" + d.id("admin")) }},
		{name: "live", path: "/impersonate/live"},
		{name: "live-open", path: "/impersonate/live", open: true},
		{name: "log", path: "/impersonate/log"},
		{name: "log-open", path: "/impersonate/log", open: true},
		{name: "log-filtered", path: "/impersonate/log?state=ended&q=timetable&from=2020-01-01"},
		{name: "log-none", path: "/impersonate/log?q=nothing+like+this"},
		{name: "unattached", path: "/impersonate/log/unattached"},
		{name: "unattached-none", path: "/impersonate/log/unattached?kind=purged"},
		{name: "entry-ended", path: first("state=ended&q=kaya")},
		{name: "entry-active", path: first("state=active")},
		{name: "entry-denied", path: first("state=denied")},
		{name: "explain-empty", path: "/impersonate/explain"},
		{name: "explain-yes", path: "/impersonate/explain?subject=" + d.maya},
		{name: "explain-no", path: "/impersonate/explain?subject=inactive"},
		{name: "explain-several", path: "/impersonate/explain?subject=school"},
		{name: "ended-stopped", path: "/impersonate/ended?cause=stopped"},
		{name: "ended-expired", path: "/impersonate/ended?cause=expired", alike: true},
		{name: "ended-revoked", path: "/impersonate/ended?cause=revoked", alike: true},
		{name: "leave", path: "/impersonate/leave", act: true},
		{name: "write", path: "/impersonate/leave", act: true, do: func(d *desk) { d.p.Press(banner, "Ask for write access") }},
		{name: "write-problem", path: "/impersonate/leave", act: true, do: func(d *desk) {
			d.p.Post("/impersonate/mode", map[string]string{"mode": "read_write"})
		}},
		{name: "refused-write", path: "/courses", act: true, do: func(d *desk) { d.p.Post("/notes", map[string]string{"text": "no"}) }},
		{name: "refused-forbidden", path: "/account/", act: true},
		{name: "problem-missing", path: "/impersonate/users/nobody-at-all"},
		{name: "app-users", path: "/admin/users", do: office},
		{name: "app-user", path: "/admin/users/" + d.maya},
		{name: "app-acting", path: "/", act: true},
		{name: "app-excluded", path: "/admin/users", act: true},
	}
}

// unfold opens whatever is folded.
func (d *desk) unfold() {
	chromium.Evaluate[int](d.p, `[...document.querySelectorAll("main details")].map(d => d.open = true).length`)
}

// id is that of the first person who is found for a text.
func (d *desk) id(text string) string {
	type people struct{ Users []struct{ ID string } }
	found := demo.Decode[people](d.p.T(), d.Client(d.p.Cookies(d.URL)...).Get("/impersonate/users?q="+url.QueryEscape(text)), 200)
	return found.Users[0].ID
}

// past is a demo in which something has happened already.
func past(t *testing.T, d *desk) {
	t.Helper()
	post := func(c *demo.Client, path string, values ...string) {
		form := url.Values{}
		for i := 0; i < len(values); i += 2 {
			form.Set(values[i], values[i+1])
		}
		if answer := c.Post(path, form); answer.Status >= 500 {
			t.Fatal(answer)
		}
	}
	boris := begin(t, d.Demo, boss, d.maya)
	for _, path := range []string{"/", "/courses", "/notes", "/account/"} {
		boris.Get(path)
	}
	post(boris, "/impersonate/mode", "mode", "read_write", "reason", "Clear the saved view, as agreed on the phone")
	post(boris, "/view", "year", "")
	post(boris, "/notes", "text", "Called back by support")
	post(boris, "/impersonate/stop")
	running := begin(t, d.Demo, boss, "6")
	running.Get("/courses")
	running.Post("/notes", url.Values{"text": {"refused: it may only read"}})
	post(d.Login(demo.Staff), "/impersonate/start", "user_id", d.maya, "reason", "Let me look", "ticket", "HD-12")
	officer := d.Login(boss)
	post(officer, "/impersonate/log/notes", "subject", d.maya, "note", "Her password was set anew over the telephone.\nShe was called back.")
	for range 7 { // one more than a minute allows
		officer.Get("/impersonate/log/export?format=csv")
	}
}

// TestGallery takes a picture of every page in every way it is seen, for a
// person to look through: `make screenshots`, then open the index it names.
func TestGallery(t *testing.T) {
	if os.Getenv("GUISE_GALLERY") == "" {
		t.Skip("the gallery takes minutes: make screenshots")
	}
	d := newDesk(t, "--users", "300")
	past(t, d)
	list := pictures(d)
	var taken []string
	for _, look := range gallery {
		for _, shot := range list {
			t.Run(shot.name+"/"+look.name, func(t *testing.T) {
				d := d.fresh(t)
				d.p.Window(look.width, 800, 1)
				d.p.Media("", look.preference)
				if look.language != "" {
					d.p.Language(look.language)
				}
				if shot.act {
					d.act()
				}
				d.p.Goto(d.URL + shot.path)
				if shot.do != nil && look.language == "" {
					shot.do(d)
				} else if shot.do != nil {
					t.Skip("what leads there is said in English")
				}
				d.p.Media(look.media, look.preference) // what is pressed is not on paper
				if shot.open {
					d.unfold()
				}
				d.p.TakeProblems() // a refusal is one, and pictures judge nothing
				d.p.FullScreenshot("gallery/" + shot.name + "-" + look.name)
				taken = append(taken, shot.name+"-"+look.name)
				if wide := chromium.Evaluate[float64](d.p, "document.documentElement.scrollWidth"); wide > float64(look.width) {
					t.Errorf("the page is %.0f wide in a window of %d", wide, look.width)
				}
			})
		}
	}
	writeIndex(t, list)
	t.Logf("look through %s", artifacts.Dir(t)+"/gallery/index.html")
}

var indexTemplate = template.Must(template.New("").Parse(`<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><title>Every page</title>
<style>
body { font: 16px/1.4 system-ui, sans-serif; margin: 2rem; background: #777; color: #fff }
section > div { display: flex; gap: 1rem; overflow-x: auto; align-items: start }
figure { margin: 0 } img { display: block; max-width: 40rem; max-height: 60rem; background: #fff }
</style>
<h1>Every page</h1>
{{range .Pages}}{{$page := .}}<section id="{{.}}"><h2>{{.}}</h2><div>
{{range $.Looks}}<figure><figcaption>{{.}}</figcaption><a href="{{$page}}-{{.}}.png"><img loading="lazy" src="{{$page}}-{{.}}.png" alt="{{$page}}, {{.}}"></a></figure>
{{end}}</div></section>
{{end}}`))

func writeIndex(t *testing.T, list []picture) {
	t.Helper()
	var data struct{ Pages, Looks []string }
	for _, shot := range list {
		data.Pages = append(data.Pages, shot.name)
	}
	for _, look := range gallery {
		data.Looks = append(data.Looks, look.name)
	}
	var b bytes.Buffer
	if err := indexTemplate.Execute(&b, data); err != nil {
		t.Fatal(fmt.Errorf("the contact sheet: %w", err))
	}
	artifacts.Write(t, "gallery/index.html", b.Bytes())
}
