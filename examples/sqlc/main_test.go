package main

import (
	"testing"

	"github.com/guise-go/guise/examples/internal/drive"
)

func TestStory(t *testing.T) {
	base, database := drive.ServePostgres(t, open)
	drive.Site(t, base)

	db := database.Open(t)
	for text, want := range map[string][2]string{
		"by support, for Maya": {drive.Maya, drive.Ada},
		"a note of Ada's":      {drive.Ada, drive.Ada},
	} {
		var got [2]string
		if err := db.QueryRowContext(t.Context(), `SELECT owner, written_by FROM notes WHERE text = $1`, text).Scan(&got[0], &got[1]); err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("%q: owner and writer are %q; want %q", text, got, want)
		}
	}
}
