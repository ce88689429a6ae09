package console_test

import (
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing/fstest"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/console"
)

// A logo and colours of the application's own take three small files on top of
// the console's: brand.html for the corner of every page, the picture it shows,
// and assets/theme.css. In an application they are embedded, and given as
// Config.Templates. The theme gives each colour for the dark mode as well; any
// that it leaves out stay as they are.
func ExampleNew_templates() {
	own := fstest.MapFS{
		"brand.html": {Data: []byte(`<img src="{{.Asset "logo.svg"}}" alt="School Desk" width="120" height="28">`)},
		"assets/logo.svg": {Data: []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 28">
<text y="21" font-size="20" fill="#0b6175">School Desk</text></svg>`)},
		"assets/theme.css": {Data: []byte(`
:root { --blue: #0b6175; --blue-soft: #e0f3f7; --accent-strong: #084a5a; }
@media screen and (prefers-color-scheme: dark) {
  :root { --blue: #7ad3e6; --blue-soft: #10303a; --accent-strong: #a5e4f1; }
}`)},
	}
	config := guise.Config{Console: console.New, Templates: own} // and Identify, Users, Store

	pages, err := config.Console(guise.ConsoleOptions{Templates: config.Templates}) // as guise.New does
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	var page strings.Builder
	err = pages.Render(&page, guise.Page{
		Name: guise.PageEnded, Lang: "en", BasePath: "/impersonate/", HomeURL: "/",
		Data: guise.EndedData{Cause: guise.CauseExpired, ContinueURL: "/"},
	})
	_, missing := fs.Stat(pages.Assets(), "logo.svg")
	fmt.Println(err, missing)
	fmt.Println(strings.Contains(page.String(), `src="/impersonate/assets/logo.svg?v=`))
	fmt.Println(strings.Contains(page.String(), `href="/impersonate/assets/theme.css?v=`))
	// Output:
	// <nil> <nil>
	// true
	// true
}
