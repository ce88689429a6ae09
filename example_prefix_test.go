package guise_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/memstore"
	"github.com/guise-go/guise/userstest"
)

// An application under a prefix: Guise finds out by itself what http.StripPrefix
// removes. What a proxy removes goes into PublicPrefix.
func ExampleManager_Middleware_prefix() {
	m, err := guise.New(guise.Config{
		Identify: byCookie, Users: userstest.NewMemory(), Store: memstore.New(), LoginURL: "/login",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	outer := http.NewServeMux()
	outer.Handle("/app/", http.StripPrefix("/app", m.Middleware(http.NotFoundHandler())))

	r := httptest.NewRequest("GET", "/app/impersonate/users", nil) // by nobody who is logged in
	r.Header.Set("Accept", "text/html")
	answer := httptest.NewRecorder()
	outer.ServeHTTP(answer, r)
	fmt.Println(answer.Code, answer.Header().Get("Location"))
	// Output: 303 /app/login?next=%2Fapp%2Fimpersonate%2Fusers
}
