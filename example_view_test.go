package guise_test

import (
	"fmt"
	"html/template"
	"net/http"
	"net/http/httptest"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/memstore"
	"github.com/guise-go/guise/userstest"
)

// A list of users, with a button beside each one whom the viewer may act as.
func ExampleManager_View() {
	m, err := guise.New(guise.Config{
		Identify: func(*http.Request) (string, error) { return "1", nil },
		Users: userstest.NewMemory(
			guise.User{ID: "1", Name: "Ada", Active: true, Superuser: true},
			guise.User{ID: "2", Name: "Maya", Active: true},
			guise.User{ID: "3", Name: "Bo", Active: true, Superuser: true},
		),
		Store: memstore.New(),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	page := template.Must(template.New("").Parse(
		`{{range $id := .IDs}}user {{$id}}: {{if $.View.Can $id}}{{$.View.Button $id}}{{else}}no{{end}}
{{end}}`))
	app := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = page.Execute(w, map[string]any{"IDs": []string{"2", "3"}, "View": m.View(r)})
	})

	answer := httptest.NewRecorder()
	m.Middleware(app).ServeHTTP(answer, httptest.NewRequest("GET", "/users", nil))
	fmt.Print(answer.Body)
	// Output:
	// user 2: <form class="guise-button" method="post" action="/impersonate/start"><input type="hidden" name="user_id" value="2"><button type="submit" aria-label="Log in as Maya">Log in as</button></form>
	// user 3: no
}
