package main

import (
	"net/http"
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

// post sends a note as htmx does.
func post(b *drive.Browser, text string) drive.Answer {
	return b.Do(http.MethodPost, "/notes", strings.NewReader("text="+text),
		"HX-Request", "true", "Accept", "*/*", "Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty")
}
