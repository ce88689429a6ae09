package guise_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/memstore"
	"github.com/guise-go/guise/userstest"
)

// idleRequests are those of an application's normal traffic.
func idleRequests() map[string]*http.Request {
	many := httptest.NewRequest("GET", "/a", nil)
	for _, name := range []string{"session", "theme", "guise2", "xguise"} {
		many.AddCookie(&http.Cookie{Name: name, Value: "value"})
	}
	long := httptest.NewRequest("POST", "/a", nil)
	long.Header.Set("Cookie", "big="+strings.Repeat("x", 4000)+"; other=guise=1")
	return map[string]*http.Request{"no cookie": httptest.NewRequest("GET", "/a", nil), "other cookies": many, "long cookie": long}
}

type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(int)             {}

func TestP7_NormalTrafficPaysNothing(t *testing.T) {
	var passed *http.Request
	var writer http.ResponseWriter
	w := newWorld(t, func(c *guise.Config) {
		c.Identify = func(*http.Request) (string, error) { t.Error("asked who is logged in"); return "", nil }
		c.Forbid, c.Exclude, c.Logout = []string{"/account/"}, []string{"/admin/"}, []string{"POST /logout"}
	})
	handler := w.manager.Middleware(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { passed, writer = r, rw }))
	w.store.fail("*")
	w.users.Fail(errDown)
	for name, r := range idleRequests() {
		t.Run(name, func(t *testing.T) {
			rw := &discard{http.Header{}}
			if n := testing.AllocsPerRun(100, func() { handler.ServeHTTP(rw, r) }); n != 0 {
				t.Errorf("%v allocations, want none", n)
			}
			if passed != r || writer != http.ResponseWriter(rw) {
				t.Error("the application did not get the request and the writer as they came")
			}
			if len(rw.header) > 0 {
				t.Errorf("headers were added: %v", rw.header)
			}
		})
	}
}

func BenchmarkMiddleware(b *testing.B) {
	manager, err := guise.New(guise.Config{
		Identify: func(*http.Request) (string, error) { return "", nil },
		Users:    userstest.NewMemory(), Store: memstore.New(),
	})
	if err != nil {
		b.Fatal(err)
	}
	handler := manager.Middleware(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for name, r := range idleRequests() {
		b.Run("idle/"+strings.ReplaceAll(name, " ", "-"), func(b *testing.B) {
			b.ReportAllocs()
			rw := &discard{http.Header{}}
			for b.Loop() {
				handler.ServeHTTP(rw, r)
			}
		})
	}
}
