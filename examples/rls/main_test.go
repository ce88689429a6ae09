package main

import (
	"database/sql"
	"testing"

	"github.com/guise-go/guise/examples/internal/drive"
)

func TestStory(t *testing.T) {
	base, database := drive.ServePostgres(t, open)
	drive.Site(t, base)

	db := database.Open(t)
	var tenant, owner, writer string
	const query = `SELECT tenant, owner, written_by FROM notes WHERE text = 'by support, for Maya'`
	if err := db.QueryRowContext(t.Context(), query).Scan(&tenant, &owner, &writer); err != nil {
		t.Fatal(err)
	}
	if tenant != "north" || owner != drive.Maya || writer != drive.Ada {
		t.Errorf("the note is of tenant %q, owned by %q and written by %q; want Maya's, in her tenant, written by Ada", tenant, owner, writer)
	}
}

// TestTheDatabaseDecides: the application asks for every note, and gets those of
// one person in one tenant; without a word of who is there, none.
func TestTheDatabaseDecides(t *testing.T) {
	base, database := drive.ServePostgres(t, open)
	maya := drive.Open(t, base)
	maya.LogIn("maya")
	maya.Post("/notes", "text", "Maya's own")
	db := database.Open(t)
	for _, row := range []struct {
		who, settings string
		want          int // notes
	}{
		{"Maya", `SELECT set_config('app.tenant', 'north', true), set_config('app.subject', '2', true), set_config('app.actor', '2', true)`, 1},
		{"another of her tenant", `SELECT set_config('app.tenant', 'north', true), set_config('app.subject', '3', true)`, 0},
		{"her ID in another tenant", `SELECT set_config('app.tenant', 'south', true), set_config('app.subject', '2', true)`, 0},
		{"nobody", `SELECT 1`, 0},
	} {
		if got := visible(t, db, row.settings); got != row.want {
			t.Errorf("%s: %d notes can be read; want %d", row.who, got, row.want)
		}
	}

	tx := begin(t, db, `SELECT 1`)
	if _, err := tx.ExecContext(t.Context(), `INSERT INTO notes (text) VALUES ('nobody wrote this')`); err == nil {
		t.Error("nobody could write a note")
	}
}

// visible is how many notes a transaction with these settings can read.
func visible(t *testing.T, db *sql.DB, settings string) (n int) {
	t.Helper()
	tx := begin(t, db, settings)
	if err := tx.QueryRowContext(t.Context(), `SELECT count(*) FROM notes`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	_ = tx.Rollback() // the connection goes on to the next
	return n
}

// begin begins a transaction of the application's, with these settings.
func begin(t *testing.T, db *sql.DB, settings string) *sql.Tx {
	t.Helper()
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tx.Rollback() })
	for _, statement := range []string{settings, `SET LOCAL ROLE guise_example_notes`} {
		if _, err := tx.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	return tx
}
