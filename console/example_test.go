package console_test

import (
	"fmt"
	"os"
	"strings"
	"testing/fstest"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/console"
)

// An application sets Config.Console to console.New, and Guise does the rest.
// Here it is called by hand, with a name of the application's own in the corner
// of every page.
func ExampleNew() {
	own := fstest.MapFS{
		"brand.html":       {Data: []byte(`<a href="{{.HomeURL}}">School Desk</a>`)},
		"assets/theme.css": {Data: []byte(`:root { --blue: #0b6175; }`)},
	}
	pages, err := console.New(guise.ConsoleOptions{Templates: own})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	var page strings.Builder
	err = pages.Render(&page, guise.Page{
		Name: guise.PageEnded, Lang: "en", BasePath: "/impersonate/", HomeURL: "/",
		Data: guise.EndedData{Cause: guise.CauseExpired, ContinueURL: "/"},
	})
	fmt.Println(err, strings.Contains(page.String(), "School Desk"))
	// Output: <nil> true
}
