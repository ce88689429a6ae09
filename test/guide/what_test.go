package guide_test

import (
	"errors"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/guisetest"
)

var write, because = guisetest.In(guise.ReadWrite), guisetest.Because("repair")

func form(pairs ...string) url.Values {
	values := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	return values
}

func TestGuide_Reasons(t *testing.T) {
	var config guise.Config
	//docs:begin reasons
	config.RequireReason = true
	config.TicketPattern = `HELP-[0-9]+`
	//docs:end
	d := open(t, config)
	d.equal(d.CantActAs("10"), "reason-required")
	d.equal(d.CantActAs("10", because, guisetest.Ticket("help me")), "ticket-required")
	d.ActAs("10", because, guisetest.Ticket("HELP-4711"))
}

func TestGuide_Limits(t *testing.T) {
	var config guise.Config
	//docs:begin limits
	config.MaxDuration = 30 * time.Minute
	config.IdleTimeout = 5 * time.Minute
	//docs:end
	d := open(t, config)
	d.ActAs("10")
	d.clock.Advance(5 * time.Minute)
	d.equal(d.Get("/").Header.Get("Location"), "/impersonate/ended?cause=idle")
	d.ActAs("10")
	for range 10 {
		d.clock.Advance(3 * time.Minute)
		d.Get("/")
	}
	d.equal(string(d.events(guise.KindEnded)[1].Cause), "expired")
}

func TestGuide_OwnMode(t *testing.T) {
	var config guise.Config
	//docs:begin modes
	config.Modes = map[guise.Mode][]string{
		"answer_tickets": {"POST /tickets/{id}/replies"},
	}
	//docs:end
	d := open(t, config)
	d.ActAs("10", guisetest.In("answer_tickets"), because)
	d.equal(d.Post("/tickets/7/replies", form("text", "x")).Status, 200)
	d.equal(d.Refused("POST", "/orders", form("id", "1")), "read-only")
}

func TestGuide_SafeRoutes(t *testing.T) {
	var config guise.Config
	//docs:begin safe
	config.SafeRoutes = []string{"POST /search"}
	//docs:end
	d := open(t, config)
	d.ActAs("10")
	d.equal(d.Post("/search", form("q", "x")).Status, 200)
	d.equal(d.Refused("POST", "/notes", form("text", "x")), "read-only")
}

func TestGuide_Exclude(t *testing.T) {
	var config guise.Config
	//docs:begin exclude
	config.Exclude = []string{"/admin/"}
	//docs:end
	d := open(t, config)
	d.ActAs("10", write, because)
	d.wants(d.Get("/admin/users"), 200, "as 1<")
	d.wants(d.Post("/admin/users", form("id", "1")), 200, "as 10<")
}

func TestGuide_Forbid(t *testing.T) {
	var config guise.Config
	//docs:begin forbid
	config.Forbid = []string{"/account/", "/api/tokens", "/users/{id}/password"}
	//docs:end
	d := open(t, config)
	d.ActAs("10", write, because)
	for _, path := range []string{"/account/email", "/ACCOUNT/email", "//account/email"} {
		d.equal(d.Refused("GET", path, nil), "forbidden-while-impersonating")
	}
	d.equal(d.Refused("POST", "/users/10/password", form("p", "x")), "forbidden-while-impersonating")
}

func TestGuide_ForbidHandler(t *testing.T) {
	mux := http.NewServeMux()
	deleteAccount := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	//docs:begin forbid-handler
	mux.Handle("POST /delete-account", guise.Forbid(deleteAccount))
	//docs:end
	d := open(t, guise.Config{})
	ada := guisetest.NewBrowser(t, d.manager.Middleware(mux))
	ada.SetCookie("login", "1")
	d.equal(ada.Post("/delete-account", nil).Status, 204)
	ada.ActAs("10", write, because)
	d.equal(ada.Refused("POST", "/delete-account", nil), "forbidden-while-impersonating")
}

func TestGuide_Logout(t *testing.T) {
	var config guise.Config
	//docs:begin logout
	config.Logout = []string{"POST /logout"}
	config.LoginURL = "/login"
	//docs:end
	d := open(t, config)
	d.ActAs("10")
	d.equal(d.Refused("POST", "/login", form("user", "x")), "forbidden-while-impersonating")
	d.equal(d.Post("/logout", nil).Status, 303)
	d.wants(d.Get("/"), 200, "as 1<")
}

func TestGuide_EndFromCode(t *testing.T) {
	d := open(t, guise.Config{})
	m, ctx := d.manager, t.Context()
	d.ActAs("10")
	one, err := d.store.Running(ctx, "", 1)
	if err != nil || len(one) != 1 {
		t.Fatal(one, err)
	}
	id := one[0].ID
	bo, _ := d.users.User(ctx, "2")
	//docs:begin end
	err = m.End(ctx, id, guise.Actor{User: bo}, "the customer objects")
	//docs:end
	if err != nil {
		t.Fatal(err)
	}
	d.equal(d.Get("/").Header.Get("Location"), "/impersonate/ended?cause=revoked")
	d.equal(d.events(guise.KindEnded)[0].Note, "the customer objects")
}

func TestGuide_StartFromCode(t *testing.T) {
	d := open(t, guise.Config{})
	m := d.manager
	//docs:begin start
	actForTicket := func(w http.ResponseWriter, r *http.Request) {
		_, err := m.Start(w, r, guise.StartRequest{UserID: r.FormValue("customer"), Ticket: r.FormValue("ticket")})
		var denied *guise.DeniedError
		switch {
		case errors.As(err, &denied):
			http.Error(w, denied.Sentence, http.StatusForbidden)
		case err != nil:
			http.Error(w, "nobody was acted as", http.StatusServiceUnavailable)
		default:
			http.Redirect(w, r, "/", http.StatusSeeOther)
		}
	}
	//docs:end
	ada := guisetest.NewBrowser(t, m.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/tickets/act" {
			actForTicket(w, r)
			return
		}
		d.page(w, r)
	})))
	ada.SetCookie("login", "1")
	d.wants(ada.Post("/tickets/act", form("customer", "2")), 403, "")
	d.equal(ada.Post("/tickets/act", form("customer", "10", "ticket", "HELP-4711")).Status, 303)
	d.wants(ada.Get("/"), 200, "as 10<")
	d.equal(d.events(guise.KindStarted)[0].Ticket, "HELP-4711")
}
