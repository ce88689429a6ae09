package main

import (
	"net/http"
	"testing"

	"github.com/guise-go/guise/examples/internal/drive"
)

func TestStory(t *testing.T) {
	drive.Bearer(t, drive.Serve(t, open), drive.API{
		LogIn: "POST /api/login", Me: "GET /api/me", Notes: "GET /api/notes", Add: "POST /api/notes",
		AddBody: func(text string) any { return map[string]string{"text": text} },
	})
}

// TestReloading: loading the page anew, without the token, ends nothing.
func TestReloading(t *testing.T) {
	b := drive.Open(t, drive.Serve(t, open))
	b.SetCookie(drive.Handle, "anything")
	for _, path := range []string{"/", "/app.js", "/guise.js"} {
		if got := b.Get(path); got.Status != http.StatusOK || b.Cookie(drive.Handle) == "" {
			t.Errorf("%s answers %d, and the cookie is there still: %v", path, got.Status, b.Cookie(drive.Handle) != "")
		}
	}
}
