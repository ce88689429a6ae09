package main

import (
	"os"
	"strings"
	"testing"
)

// TestGenerated: db/ is what sqlc makes of notes.sql. Building sqlc takes
// longer than all of the tests here, so it isn't run: what can have changed
// without it is the SQL, and the generated code has that word for word.
func TestGenerated(t *testing.T) {
	generated := string(read(t, "db/notes.sql.go"))
	queries := strings.Split(string(read(t, "notes.sql")), "-- name: ")[1:]
	for _, query := range queries {
		name, rest, _ := strings.Cut(query, "\n")
		var sql, comments []string
		for line := range strings.Lines(strings.TrimSpace(rest)) {
			if comment, ok := strings.CutPrefix(line, "-- "); ok {
				comments = append(comments, "// "+comment)
			} else {
				sql = append(sql, line)
			}
		}
		text := "-- name: " + name + "\n" + strings.TrimSuffix(strings.Join(sql, ""), ";") + "\n"
		for _, want := range []string{"`" + text + "`", strings.Join(comments, "") + "func (q *Queries) "} {
			if !strings.Contains(generated, want) {
				t.Errorf("db/notes.sql.go lacks\n%s\nwhich notes.sql has; run `sqlc generate` in this folder", want)
			}
		}
	}
	if got := strings.Count(generated, "-- name: "); got != len(queries) || got == 0 {
		t.Errorf("%d queries are generated, and notes.sql has %d", got, len(queries))
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
