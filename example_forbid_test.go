package guise_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/guise-go/guise"
)

// A route that is better marked where it is than in Config.Forbid.
func ExampleForbid() {
	deleteAccount := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "deleted") })
	mux := http.NewServeMux()
	mux.Handle("POST /delete-account", guise.Forbid(deleteAccount))

	answer := httptest.NewRecorder()
	mux.ServeHTTP(answer, httptest.NewRequest("POST", "/delete-account", nil))
	fmt.Println(answer.Code, answer.Body) // oneself; while impersonating it is a 403
	// Output: 200 deleted
}
