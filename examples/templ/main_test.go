package main

import (
	"strings"
	"testing"

	"github.com/guise-go/guise/examples/internal/drive"
)

func TestStory(t *testing.T) {
	base := drive.Serve(t, open)
	drive.Site(t, base)

	const form, own = `action="/account/password"`, "and you are Ada Adler."
	ada := drive.Open(t, base)
	ada.LogIn("ada")
	if page := ada.Get("/account").Body; !strings.Contains(page, form) || strings.Contains(page, own) {
		t.Errorf("on her own page Ada can't change her password:\n%s", page)
	}
	ada.ActAs(drive.Maya)
	if page := ada.Get("/account").Body; strings.Contains(page, form) || !strings.Contains(page, own) {
		t.Errorf("on Maya's page the component does not know who is there:\n%s", page)
	}
	ada.Release()
}
