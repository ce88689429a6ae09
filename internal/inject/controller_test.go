package inject_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/guise-go/guise/internal/inject"
)

// The application must find no way to the writer below, and none to Kill.
func TestP8_NothingLeadsRoundTheBanner(t *testing.T) {
	r := httptest.NewRequest("GET", "/", nil)
	w := inject.New(httptest.NewRecorder(), r, inject.Options{Snippet: snippet}).Writer()
	if _, ok := w.(interface{ Unwrap() http.ResponseWriter }); ok {
		t.Error("it can be unwrapped")
	}
	for name, bad := range map[string]bool{
		"Kill":   is[interface{ Kill() }](w),
		"Done":   is[interface{ Done() }](w),
		"Finish": is[interface{ Finish() error }](w),
	} {
		if bad {
			t.Errorf("%s can be reached", name)
		}
	}
}

func is[T any](v any) bool {
	_, ok := v.(T)
	return ok
}

func TestController_Deadlines(t *testing.T) {
	each(t, inject.Options{Snippet: snippet}, func(w http.ResponseWriter, r *http.Request) {
		rc := http.NewResponseController(w)
		if r.Method == "POST" {
			if err := rc.SetReadDeadline(time.Now().Add(10 * time.Millisecond)); err != nil {
				t.Error(err)
			}
			if _, err := io.ReadAll(r.Body); !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("reading past the deadline: %v", err)
			}
		}
		if err := rc.SetWriteDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Error(err)
		}
		_, _ = io.WriteString(w, page)
	}, func(t *testing.T, s *httptest.Server, c *http.Client) {
		if a := ask(t, s, c, "GET", "/"); a.body != bannered {
			t.Errorf("%q", a.body)
		}
		body, feeding := io.Pipe()
		defer feeding.Close()
		r, _ := http.NewRequestWithContext(t.Context(), "POST", s.URL, body)
		if resp, err := c.Do(r); err == nil {
			resp.Body.Close()
		}
	})
}

func TestController_FullDuplex(t *testing.T) {
	s, c := start(t, "HTTP/1.1", inject.Options{Snippet: snippet}, func(w http.ResponseWriter, r *http.Request) {
		if err := http.NewResponseController(w).EnableFullDuplex(); err != nil {
			t.Error(err)
		}
		set(w.Header(), "Content-Type", "text/plain")
		w.(http.Flusher).Flush()
		word := make([]byte, 3)
		for {
			if _, err := io.ReadFull(r.Body, word); err != nil {
				return
			}
			_, _ = w.Write(word)
			w.(http.Flusher).Flush()
		}
	})
	body, feeding := io.Pipe()
	r, _ := http.NewRequestWithContext(t.Context(), "POST", s.URL, body)
	resp, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	for _, word := range []string{"one", "two"} {
		_, _ = io.WriteString(feeding, word)
		got := make([]byte, 3)
		if _, err := io.ReadFull(resp.Body, got); err != nil || string(got) != word {
			t.Fatalf("%q, %v", got, err)
		}
	}
	_ = feeding.Close()
}

// What the writer below can't do is said, not pretended.
func TestController_NotSupported(t *testing.T) {
	w := inject.New(&countingWriter{header: http.Header{}}, httptest.NewRequest("GET", "/", nil), inject.Options{}).Writer()
	rc := http.NewResponseController(w)
	_, _, hijack := rc.Hijack()
	for what, err := range map[string]error{
		"Flush": rc.Flush(), "Hijack": hijack, "SetReadDeadline": rc.SetReadDeadline(time.Now()),
		"SetWriteDeadline": rc.SetWriteDeadline(time.Now()), "EnableFullDuplex": rc.EnableFullDuplex(),
		"Push": w.(http.Pusher).Push("/x", nil),
	} {
		if !errors.Is(err, http.ErrNotSupported) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

type pusher struct {
	countingWriter
	pushed string
}

func (p *pusher) Push(address string, _ *http.PushOptions) error {
	p.pushed = address
	return nil
}

type wrapper struct{ http.ResponseWriter }

func (w wrapper) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func TestController_PushIsFoundBelow(t *testing.T) {
	p := &pusher{countingWriter: countingWriter{header: http.Header{}}}
	w := inject.New(wrapper{p}, httptest.NewRequest("GET", "/", nil), inject.Options{}).Writer()
	if err := w.(http.Pusher).Push("/a.css", nil); err != nil || p.pushed != "/a.css" {
		t.Errorf("%v, pushed %q", err, p.pushed)
	}
}

// Frameworks that stream ask for it by a type assertion that panics.
func TestCloseNotify(t *testing.T) {
	gone := make(chan struct{})
	s, c := start(t, "HTTP/1.1", inject.Options{}, func(w http.ResponseWriter, _ *http.Request) {
		notify := w.(interface{ CloseNotify() <-chan bool }).CloseNotify()
		w.(http.Flusher).Flush()
		<-notify
		close(gone)
	})
	r, _ := http.NewRequestWithContext(t.Context(), "GET", s.URL, nil)
	resp, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	within(t, "the notice", gone)
}
