package guise_test

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/guise-go/guise"
)

// What the application keeps in a cookie of its own is the actor's. While
// impersonating, it doesn't see that, and what it sets then is gone at the end.
func ExampleConfig_sessions() {
	ada, address, done := desk(guise.Config{IsolateCookies: []string{"basket"}}, func(w http.ResponseWriter, r *http.Request) {
		basket := ""
		if cookie, err := r.Cookie("basket"); err == nil {
			basket = cookie.Value
		}
		http.SetCookie(w, &http.Cookie{Name: "basket", Value: basket + "*", Path: "/"})
		fmt.Fprintf(w, "%d things in the basket", len(basket))
	})
	defer done()

	fmt.Println(read(ada.Get(address)))
	fmt.Println(read(ada.Get(address)))
	fmt.Println(read(ada.PostForm(address+"/impersonate/start", url.Values{"user_id": {"2"}})))
	fmt.Println(read(ada.PostForm(address+"/impersonate/stop", nil)))
	// Output:
	// 0 things in the basket
	// 1 things in the basket
	// 0 things in the basket
	// 2 things in the basket
}
