package guise_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/memstore"
	"github.com/guise-go/guise/userstest"
)

// desk is what several examples have in common: an application with two people,
// whose login is a cookie, and the browser of Ada, who is a superuser.
func desk(config guise.Config, page http.HandlerFunc) (ada *http.Client, address string, done func()) {
	config.Users = userstest.NewMemory(
		guise.User{ID: "1", Name: "Ada", Active: true, Superuser: true},
		guise.User{ID: "2", Name: "Maya", Active: true},
	)
	config.Identify, config.InsecureCookies = byCookie, true
	if config.Store == nil {
		config.Store = memstore.New()
	}
	m, err := guise.New(config)
	if err != nil {
		fmt.Println(err)
		return http.DefaultClient, "", func() {}
	}
	server := httptest.NewServer(m.Middleware(page))
	return loggedInAs("1", server.URL), server.URL, server.Close
}

func byCookie(r *http.Request) (string, error) {
	if cookie, err := r.Cookie("login"); err == nil {
		return cookie.Value, nil
	}
	return "", nil
}
