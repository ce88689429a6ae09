package guise_test

import (
	"os"
	"testing"
	"testing/fstest"
	"time"

	"github.com/guise-go/guise"
)

// The built-in banner is made from moulds. One whose template differs only by an
// empty line at its end is executed each time, and shows what is right.
func TestP8_TheBannerIsWhatItsTemplateMakes(t *testing.T) {
	builtIn, err := os.ReadFile("web/banner.html")
	if err != nil {
		t.Fatal(err)
	}
	own := fstest.MapFS{"banner.html": {Data: append(builtIn, '\n')}}
	languages := []string{"en", "de", "fa", "ja", "ru", "pt-BR", "none of them"}
	people := []guise.User{
		{Name: "Maya", Email: "maya@example.org"}, {Username: "maya"}, {Email: "only@example.org"},
		{Name: `<b title="x" id='y'>&amp; 1+1=2`, Email: "`${x}`@%41\\"}, {Name: "7310000000000", Email: "731000000000003"},
		{Name: "\u202eevil\u202c", Email: "日本@例え"}, {Name: "a\x00b\xffc"},
	}
	for _, limit := range []time.Duration{-1, 30 * time.Second, 2 * time.Hour} {
		for _, mode := range []guise.Mode{guise.ReadOnly, guise.ReadWrite} {
			settings := func(c *guise.Config) {
				c.MaxDuration, c.DefaultMode, c.MaxRunning, c.Exclude = limit, mode, -1, []string{"/own/"}
			}
			cast := newWorld(t, settings)
			executed := newWorld(t, func(c *guise.Config) {
				settings(c)
				c.Store, c.Users, c.Clock, c.Templates = cast.store, cast.users, cast.clock, own
			})
			for _, person := range people {
				cast.change("10", func(u *guise.User) { u.Username, u.Name, u.Email = person.Username, person.Name, person.Email })
				b := cast.login("1")
				b.start("10")
				for _, path := range []string{"/page", "/own/page", "http://[::1]:8080/page", "http://bücher.example/page"} {
					for _, language := range languages {
						b.w = cast
						got := b.do("GET", path, "", asPage, "Accept-Language: "+language).Body.String()
						b.w = executed
						want := b.do("GET", path, "", asPage, "Accept-Language: "+language).Body.String()
						if got != want {
							t.Fatalf("%s, %s, %v, %q in %s:\n%s\nwant\n%s", path, mode, limit, person.Label(), language, words(got), words(want))
						}
					}
				}
			}
		}
	}
}
