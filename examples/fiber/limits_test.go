package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v3"

	"github.com/guise-go/guise/examples/internal/app"
	"github.com/guise-go/guise/examples/internal/desk"
	"github.com/guise-go/guise/examples/internal/drive"
)

// TestLimits: what the comment of the package says is lost behind net/http, is.
func TestLimits(t *testing.T) {
	routes, hijacked := fiber.New(), make(chan struct{}, 1)
	routes.Use(useContext)
	routes.Get("/hijack", func(c fiber.Ctx) error {
		c.RequestCtx().Hijack(func(net.Conn) { hijacked <- struct{}{} })
		return c.SendString("an answer")
	})
	routes.Post("/length", func(c fiber.Ctx) error { return c.SendString(strconv.Itoa(len(c.Body()))) })
	routes.Get("/header", func(c fiber.Ctx) error { return c.SendString(c.Get("X-Twice")) })
	server := httptest.NewServer(withContext(routes))
	defer server.Close()
	ask := func(method, path string, body io.Reader) (int, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, body)
		if err != nil {
			t.Fatal(err)
		}
		r.Header["X-Twice"] = []string{"one", "two"}
		resp, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		content, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(content)
	}

	if _, got := ask("GET", "/hijack", nil); got != "an answer" || len(hijacked) != 0 {
		t.Errorf("c.Hijack is answered %q and was called %d times; Fiber's WebSockets work after all", got, len(hijacked))
	}
	if _, got := ask("GET", "/header", nil); got != "two" {
		t.Errorf("of two headers there is %q; want the last", got)
	}
	// What hides its length is sent in chunks.
	for _, body := range []struct {
		name   string
		reader io.Reader
		want   int
	}{
		{"short", strings.NewReader("12345"), http.StatusOK},
		{"long", strings.NewReader(strings.Repeat("x", 5<<20)), http.StatusRequestEntityTooLarge},
		{"long, in chunks", io.MultiReader(strings.NewReader(strings.Repeat("x", 5<<20))), http.StatusInternalServerError},
	} {
		if status, got := ask("POST", "/length", body.reader); status != body.want || body.want == http.StatusOK && got != "5" {
			t.Errorf("a body that is %s is answered %d %s; want %d", body.name, status, got, body.want)
		}
	}
}

// TestStreams: an answer that goes on is cut off when the impersonation ends.
func TestStreams(t *testing.T) {
	base := drive.Serve(t, func(context.Context) (*app.App, error) {
		s := &server{desk: desk.Open()}
		routes := s.routes()
		routes.Get("/events", func(c fiber.Ctx) error {
			c.Set("Content-Type", "text/event-stream")
			name := user(c).Name
			return c.SendStreamWriter(func(w *bufio.Writer) {
				for {
					_, _ = w.WriteString("data: " + name + "\n\n")
					if w.Flush() != nil {
						return
					}
					time.Sleep(50 * time.Millisecond) // as events come
				}
			})
		})
		return s.around(routes)
	})
	ada := drive.Open(t, base)
	ada.LogIn("ada")
	ada.ActAs(drive.Maya)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{sessionCookie, drive.Handle} {
		r.AddCookie(&http.Cookie{Name: name, Value: ada.Cookie(name)})
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	events := bufio.NewScanner(resp.Body)
	if events.Scan(); events.Text() != "data: Maya Moreno" {
		t.Fatalf("the first event is %q; want Maya's", events.Text())
	}
	ended := time.Now()
	ada.Release()
	for events.Scan() { // until it is cut off
	}
	if took := time.Since(ended); took > 3*time.Second {
		t.Errorf("the stream went on for %v", took)
	}
}
