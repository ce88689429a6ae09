package guide_test

import (
	"bytes"
	"html/template"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/console"
	"github.com/guise-go/guise/guisetest"
)

func TestGuide_HelpDeskLink(t *testing.T) {
	d := open(t, guise.Config{Console: console.New})
	got := d.Get("/impersonate/users/10?reason=empty+timetable&ticket=HELP-4711&next=/timetable")
	for _, text := range []string{"empty timetable", `value="HELP-4711"`, `value="/timetable"`} {
		d.wants(got, 200, text)
	}
}

func TestGuide_View(t *testing.T) {
	//docs:begin view-template
	list := template.Must(template.New("users").Parse(`
{{with .Guise}}{{if .Impersonating}}<p>You are {{.RealUser.Label}}, and see what {{.User.Label}} sees. {{.StopForm}}</p>{{end}}{{end}}
<ul>{{range .Users}}<li>{{.Name}} {{$.Guise.Button .ID}}</li>{{end}}</ul>`))
	//docs:end
	d := open(t, guise.Config{})
	m, users := d.manager, []guise.User{{ID: "10", Name: "Maya"}, {ID: "2", Name: "Bo"}}
	//docs:begin view-handler
	showUsers := func(w http.ResponseWriter, r *http.Request) {
		var page bytes.Buffer
		if err := list.Execute(&page, map[string]any{"Guise": m.View(r), "Users": users}); err != nil {
			http.Error(w, "the page could not be made", http.StatusInternalServerError)
			return
		}
		_, _ = page.WriteTo(w)
	}
	//docs:end
	ada := guisetest.NewBrowser(t, m.Middleware(http.HandlerFunc(showUsers)))
	ada.SetCookie("login", "1")
	got := ada.Get("/").Body
	if strings.Count(got, "<button") != 1 || !strings.Contains(got, `name="user_id" value="10"`) {
		t.Errorf("a button for Maya alone, and not:\n%s", got)
	}
	ada.ActAs("10")
	got = ada.Get("/").Body
	if !strings.Contains(got, "You are Ada, and see what Maya sees.") || !strings.Contains(got, `action="/impersonate/stop"`) {
		t.Errorf("while impersonating:\n%s", got)
	}
}

func TestGuide_BannerPlace(t *testing.T) {
	var config guise.Config
	//docs:begin banner-last
	config.BannerPlace = guise.BannerLast
	//docs:end
	d := open(t, config)
	d.ActAs("10")
	got := d.Get("/").Body
	if strings.Index(got, "guise-banner") < strings.Index(got, "GET / as 10") {
		t.Errorf("the banner comes first:\n%s", got)
	}
}

func TestGuide_OwnBanner(t *testing.T) {
	var config guise.Config
	//docs:begin own-banner
	config.InsecureNoBanner = true
	layout := template.Must(template.New("layout").Parse(`<!DOCTYPE html><title>Desk</title>
<body><nav>Desk {{.Guise.Banner}}</nav></body>`))
	//docs:end
	d := open(t, config)
	ada := guisetest.NewBrowser(t, d.manager.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = layout.Execute(w, map[string]any{"Guise": d.manager.View(r)})
	})))
	ada.SetCookie("login", "1")
	ada.ActAs("10")
	if got := ada.Get("/").Body; strings.Count(got, `id="guise-banner"`) != 1 || !strings.Contains(got, `<nav>Desk <aside`) {
		t.Errorf("the banner is where the layout puts it, once:\n%s", got)
	}
}

func TestGuide_Branding(t *testing.T) {
	var config guise.Config
	config.Console = console.New
	//docs:begin branding
	// In an application: //go:embed guise, and fs.Sub(files, "guise").
	config.Templates = fstest.MapFS{
		"brand.html":       {Data: []byte(`<a href="{{.HomeURL}}">School Desk</a>`)},
		"assets/theme.css": {Data: []byte(`:root { --blue: #0b6175; --blue-soft: #e0f3f7; }`)},
	}
	//docs:end
	d := open(t, config)
	got := d.Get("/impersonate/users")
	d.wants(got, 200, ">School Desk</a>")
	d.wants(got, 200, "assets/theme.css")
}

func TestGuide_Language(t *testing.T) {
	var config guise.Config
	config.Console = console.New
	//docs:begin language
	config.Language = func(r *http.Request) string {
		if cookie, err := r.Cookie("lang"); err == nil {
			return cookie.Value
		}
		return r.Header.Get("Accept-Language")
	}
	//docs:end
	d := open(t, config)
	d.SetCookie("lang", "de")
	d.wants(d.Get("/impersonate/users"), 200, `lang="de"`)
}

func TestGuide_WithoutConsole(t *testing.T) {
	d := open(t, guise.Config{})
	d.ActAs("10")
	d.wants(d.Get("/"), 200, `id="guise-banner"`)
	d.wants(d.Get("/impersonate/leave"), 200, `action="/impersonate/stop"`)
	d.wants(d.Get("/impersonate/users"), 200, `"users":[`)
}
