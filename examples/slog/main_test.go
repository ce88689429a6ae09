package main

import (
	"bytes"
	"context"
	"encoding/json"
	"sync"
	"testing"

	"github.com/guise-go/guise/examples/internal/app"
	"github.com/guise-go/guise/examples/internal/drive"
)

// lines keeps what is logged, by goroutines of the server.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

type line struct {
	Path    string
	Actor   string `json:"actor.id"`
	Subject string `json:"subject.id"`
	ID      string `json:"impersonation.id"`
}

// last is the last line that was logged.
func (l *lines) last(t *testing.T) (last line) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	all := bytes.Split(bytes.TrimSpace(l.text.Bytes()), []byte("\n"))
	if err := json.Unmarshal(all[len(all)-1], &last); err != nil {
		t.Fatal(err)
	}
	return last
}

func TestStory(t *testing.T) {
	log := &lines{}
	base := drive.Serve(t, func(ctx context.Context) (*app.App, error) { return open(ctx, log) })
	drive.Site(t, base)

	ada := drive.Open(t, base)
	ada.LogIn("ada")
	ada.ActAs(drive.Maya)
	id := ada.Get("/account").Header.Get("Guise-Impersonation")
	if got, want := log.last(t), (line{"/account", drive.Ada, drive.Maya, id}); got != want || id == "" {
		t.Errorf("while acting, %+v is logged; want %+v", got, want)
	}
	ada.Release()
	ada.Get("/account")
	if got, want := log.last(t), (line{Path: "/account"}); got != want {
		t.Errorf("after leaving, %+v is logged; want %+v", got, want)
	}
}
