package guide_test

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
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

// An application that has no session library, and a function that says whose a
// request is.
func TestGuide_WithoutScs(t *testing.T) {
	var config guise.Config
	userIDOf := func(r *http.Request) string {
		id, _ := loggedIn(r)
		return id
	}
	//docs:begin no-scs
	config.Identify = func(r *http.Request) (string, error) {
		return userIDOf(r), nil // a function of yours; "" is nobody
	}
	//docs:end
	d := open(t, config)
	d.ActAs("10")
	d.equal(d.SeenAs(), "10")
	d.wants(d.Get("/"), http.StatusOK, "GET / as 10")
}

type account struct {
	id   int
	name string
}

// An application that knows its users by a cookie and a table, numbers them,
// and puts the current one into the request's context.
func TestGuide_LoginOfYourOwn(t *testing.T) {
	var config guise.Config
	accounts := map[int]*account{1: {1, "Ada"}, 10: {10, "Maya"}}
	userByCookie := func(r *http.Request) (*account, error) {
		id, err := loggedIn(r)
		number, _ := strconv.Atoi(id)
		return accounts[number], err
	}
	userByID := func(_ context.Context, id int) (*account, error) { return accounts[id], nil }
	withUser := func(ctx context.Context, user *account) context.Context {
		return context.WithValue(ctx, userIDKey{}, user)
	}
	//docs:begin own-identify
	config.Identify = func(r *http.Request) (string, error) {
		user, err := userByCookie(r) // as your application finds it
		if err != nil || user == nil {
			return "", err // an error is a 503; "" is nobody
		}
		return strconv.Itoa(user.id), nil
	}
	//docs:end
	//docs:begin own-middleware
	loadUser := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			user, err := userByCookie(r)
			if subject, ok := guise.SubjectFrom(r.Context()); ok { // these four lines are new
				id, _ := strconv.Atoi(subject.ID)
				user, err = userByID(r.Context(), id)
			}
			if err == nil && user != nil {
				r = r.WithContext(withUser(r.Context(), user))
			}
			next.ServeHTTP(w, r)
		})
	}
	//docs:end
	config.Users, config.Store = people(), memstore.New()
	m, err := guise.New(config)
	if err != nil {
		t.Fatal(err)
	}
	page := loadUser(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, ok := r.Context().Value(userIDKey{}).(*account)
		if !ok {
			user = &account{name: "nobody"}
		}
		fmt.Fprint(w, "page of ", user.name)
	}))
	ada := guisetest.NewBrowser(t, m.Middleware(page))
	saw := func(want string) {
		t.Helper()
		if got := ada.Get("/"); got.Body != want {
			t.Errorf("%s, want %s", got.Body, want)
		}
	}
	saw("page of nobody")
	ada.SetCookie("login", "1")
	saw("page of Ada")
	ada.ActAs("10")
	saw("page of Maya")
	ada.Release()
	saw("page of Ada")
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
