package database

import (
	"testing"

	"github.com/guise-go/guise/internal/databases"
)

// TestOpen_PostgresBehindAPooler: one such as PgBouncer takes only the settings that
// it knows, and gives each transaction another connection, which lacks the
// statements that were given names on the one before.
func TestOpen_PostgresBehindAPooler(t *testing.T) {
	t.Parallel()
	there := databases.Postgres(t).URL
	for mode, named := range map[string]int{"": 0, "cache_statement": 1} {
		address, err := Parse(there)
		if err != nil {
			t.Fatal(err)
		}
		if mode != "" {
			q := address.url.Query()
			q.Set("default_query_exec_mode", mode)
			address.url.RawQuery = q.Encode()
		}
		db, err := address.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		db.SetMaxOpenConns(1)
		for range 2 {
			var names, set string
			var got int
			err := db.QueryRowContext(t.Context(), `SELECT (SELECT count(*) FROM pg_prepared_statements WHERE name <> $1),
				(SELECT coalesce(string_agg(name, ' '), '') FROM pg_prepared_statements),
				(SELECT coalesce(string_agg(name, ' '), '') FROM pg_settings WHERE source = 'client'
					AND name NOT IN ('application_name', 'client_encoding', 'DateStyle', 'TimeZone', 'standard_conforming_strings'))`,
				"").Scan(&got, &names, &set)
			if err != nil || got != named || set != "" {
				t.Errorf("with the mode %q: %v, statements %q, settings %q; want %d statements and no settings", mode, err, names, set, named)
			}
		}
	}
}
