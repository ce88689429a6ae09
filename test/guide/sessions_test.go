package guide_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/alexedwards/scs/v2"
	"github.com/gorilla/sessions"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/guisetest"
	"github.com/guise-go/guise/memstore"
)

func TestGuide_Sessions(t *testing.T) {
	var config guise.Config
	sessions := scs.New()
	//docs:begin sessions
	config.Sessions = sessions.LoadAndSave
	config.IsolateCookies = []string{sessions.Cookie.Name}
	//docs:end
	config.Identify = func(r *http.Request) (string, error) { return sessions.GetString(r.Context(), "userID"), nil }
	config.Users, config.Store = people(), memstore.New()
	m, err := guise.New(config)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /login", func(_ http.ResponseWriter, r *http.Request) { sessions.Put(r.Context(), "userID", "1") })
	mux.HandleFunc("GET /draft", func(w http.ResponseWriter, r *http.Request) {
		draft := sessions.GetString(r.Context(), "draft")
		sessions.Put(r.Context(), "draft", "written by "+guise.EffectiveID(r.Context(), "1"))
		fmt.Fprintf(w, "user %q, draft %q", sessions.GetString(r.Context(), "userID"), draft)
	})
	ada := guisetest.NewBrowser(t, m.Middleware(mux))
	ada.Post("/login", nil)
	ada.Get("/draft")
	ada.ActAs("10")
	for _, want := range []string{`user "", draft ""`, `user "", draft "written by 10"`} {
		if got := ada.Get("/draft"); got.Body != want {
			t.Errorf("while impersonating: %s, want %s", got.Body, want)
		}
	}
	ada.Release()
	if got := ada.Get("/draft"); got.Body != `user "1", draft "written by 1"` {
		t.Errorf("afterwards: %s", got.Body)
	}
}

func TestGuide_SessionsThatAreNoMiddleware(t *testing.T) {
	var config guise.Config
	store := sessions.NewCookieStore([]byte("a key of your own, kept secret"))
	//docs:begin gorilla
	config.Identify = func(r *http.Request) (string, error) {
		session, err := store.Get(r, "session")
		if err != nil {
			return "", nil // a cookie that does not decode is nobody's
		}
		id, _ := session.Values["userID"].(string)
		return id, nil
	}
	config.IsolateCookies = []string{"session"}
	//docs:end
	config.Users, config.Store = people(), memstore.New()
	m, err := guise.New(config)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /login", func(w http.ResponseWriter, r *http.Request) {
		session, _ := store.Get(r, "session")
		session.Values["userID"] = "1"
		_ = session.Save(r, w)
	})
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		session, _ := store.Get(r, "session")
		id, _ := session.Values["userID"].(string)
		fmt.Fprintf(w, "session of %q, page of %s", id, guise.EffectiveID(r.Context(), id))
	})
	ada := guisetest.NewBrowser(t, m.Middleware(mux))
	ada.Post("/login", nil)
	ada.ActAs("10")
	if got := ada.Get("/"); got.Body != `session of "", page of 10` {
		t.Errorf("while impersonating: %s", got.Body)
	}
	ada.Release()
	if got := ada.Get("/"); got.Body != `session of "1", page of 1` {
		t.Errorf("afterwards: %s", got.Body)
	}
}

type userIDKey struct{}

func TestGuide_Assume(t *testing.T) {
	var config guise.Config
	//docs:begin assume
	config.Assume = func(r *http.Request, subject guise.Subject) *http.Request {
		return r.WithContext(context.WithValue(r.Context(), userIDKey{}, subject.ID))
	}
	//docs:end
	config.Identify = func(r *http.Request) (string, error) {
		id, _ := r.Context().Value(userIDKey{}).(string)
		return id, nil
	}
	config.Users, config.Store = people(), memstore.New()
	m, err := guise.New(config)
	if err != nil {
		t.Fatal(err)
	}
	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "page of ", r.Context().Value(userIDKey{}))
	})
	login := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			id, _ := loggedIn(r)
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), userIDKey{}, id)))
		})
	}
	ada := guisetest.NewBrowser(t, login(m.Middleware(page)))
	ada.SetCookie("login", "1")
	ada.ActAs("10")
	if got := ada.Get("/"); got.Body != "page of 10" {
		t.Errorf("while impersonating: %s", got.Body)
	}
}
