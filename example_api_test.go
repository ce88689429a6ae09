package guise_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/memstore"
	"github.com/guise-go/guise/userstest"
)

// An API whose clients send a token. The handle of an impersonation is a cookie,
// so this client keeps cookies as well.
func ExampleConfig_api() {
	tokens := map[string]string{"t-ada": "1", "t-maya": "2"}
	m, err := guise.New(guise.Config{
		Identify: func(r *http.Request) (string, error) {
			return tokens[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")], nil // "" is nobody
		},
		Users: userstest.NewMemory(
			guise.User{ID: "1", Name: "Ada", Active: true, Superuser: true}, guise.User{ID: "2", Name: "Maya", Active: true},
		),
		Store: memstore.New(), InsecureCookies: true,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	server := httptest.NewServer(m.Handler())
	defer server.Close()
	jar, _ := cookiejar.New(nil)
	client := &http.Client{Jar: jar}
	ask := func(method, path, body string) string {
		r, err := http.NewRequest(method, server.URL+path, strings.NewReader(body))
		if err != nil {
			return err.Error()
		}
		r.Header = http.Header{"Authorization": {"Bearer t-ada"}, "Content-Type": {"application/json"}, "Accept": {"application/json"}}
		return read(client.Do(r))
	}

	ask("POST", "/impersonate/start", `{"user_id": "2"}`)
	var status struct {
		Impersonating bool
		User, Actor   struct{ Name string }
	}
	if err := json.Unmarshal([]byte(ask("GET", "/impersonate/status", "")), &status); err != nil {
		fmt.Println(err)
	}
	fmt.Println(status.Impersonating, status.Actor.Name, "as", status.User.Name)
	// Output: true Ada as Maya
}
