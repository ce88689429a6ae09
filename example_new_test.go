package guise_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/memstore"
	"github.com/guise-go/guise/userstest"
)

// An application with one page, whose login is a cookie. A real one has its
// users in a database (sqlusers), and its impersonations too (sqlstore).
func ExampleNew() {
	users := userstest.NewMemory(
		guise.User{ID: "1", Name: "Ada", Active: true, Superuser: true},
		guise.User{ID: "2", Name: "Maya", Active: true},
	)
	loggedIn := func(r *http.Request) (string, error) {
		cookie, err := r.Cookie("login")
		if err != nil {
			return "", nil // nobody
		}
		return cookie.Value, nil
	}
	m, err := guise.New(guise.Config{Identify: loggedIn, Users: users, Store: memstore.New(), InsecureCookies: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	app := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		realID, _ := loggedIn(r)
		fmt.Fprintf(w, "This page is for user %s.", guise.EffectiveID(r.Context(), realID))
	})
	server := httptest.NewServer(m.Middleware(app))
	defer server.Close()

	browser := loggedInAs("1", server.URL)
	fmt.Println(read(browser.Get(server.URL)))
	fmt.Println(read(browser.PostForm(server.URL+"/impersonate/start", url.Values{"user_id": {"2"}})))
	fmt.Println(read(browser.PostForm(server.URL+"/impersonate/stop", nil)))
	// Output:
	// This page is for user 1.
	// This page is for user 2.
	// This page is for user 1.
}

func loggedInAs(id, address string) *http.Client {
	jar, _ := cookiejar.New(nil)
	home, _ := url.Parse(address)
	jar.SetCookies(home, []*http.Cookie{{Name: "login", Value: id}})
	return &http.Client{Jar: jar}
}

func read(response *http.Response, err error) string {
	if err != nil {
		return err.Error()
	}
	defer func() { _ = response.Body.Close() }()
	body, _ := io.ReadAll(response.Body)
	return string(body)
}
