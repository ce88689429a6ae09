package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/guise-go/guise/examples/internal/drive"
)

func TestStory(t *testing.T) {
	base := drive.Serve(t, open)
	drive.Site(t, base)

	ada := drive.Open(t, base)
	ada.LogIn("ada")
	ada.ActAs(drive.Maya, "mode", "read_write", "reason", "She asked me to write it down.")
	if page := ada.Get("/notes"); !page.Banner() {
		t.Errorf("the page has no banner:\n%s", page.Body)
	}
	piece := post(ada, "<b>")
	if piece.Status != http.StatusOK || piece.Body != "<li>&lt;b&gt;</li>" {
		t.Errorf("the piece is %d %q; want one item, without the banner", piece.Status, piece.Body)
	}
	if piece.Header.Get("Guise-Impersonation") == "" {
		t.Error("the piece does not say that somebody impersonates")
	}
	ada.Release()

	ada.ActAs(drive.Maya)
	if refused := post(ada, "by mistake"); refused.Code() != "read-only" || !strings.Contains(refused.Body, `"detail"`) {
		t.Errorf("htmx is told %d %s; want the problem read-only, with its detail", refused.Status, refused.Body)
	}
	ada.Release()
}

// TestWithoutHtmx: where it was not fetched, the form of the page is a form.
func TestWithoutHtmx(t *testing.T) {
	w := httptest.NewRecorder()
	serveScript("")(w, httptest.NewRequest(http.MethodGet, "/htmx.min.js", nil))
	if w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "go generate ./examples/htmx") {
		t.Errorf("htmx is answered %d %q; want 404 and how to fetch it", w.Code, w.Body)
	}
	ada := drive.Open(t, drive.Serve(t, open))
	ada.LogIn("ada")
	ada.Post("/notes", "text", "one")
	if page := ada.Get("/notes"); !strings.Contains(page.Body, "<li>one</li>") {
		t.Errorf("a form posted without htmx adds no note:\n%s", page.Body)
	}
}

// post sends a note as htmx does.
func post(b *drive.Browser, text string) drive.Answer {
	return b.Do(http.MethodPost, "/notes", strings.NewReader("text="+text),
		"HX-Request", "true", "Accept", "*/*", "Sec-Fetch-Mode", "same-origin", "Sec-Fetch-Dest", "empty")
}
