package main

import (
	"crypto/rand"
	"strings"
	"testing"

	"github.com/guise-go/guise/internal/databases"
)

// TestRights_WhoMayOnlyReadReads, and no more; whoever may not even do that is told.
func TestRights_WhoMayOnlyReadReads(t *testing.T) {
	t.Parallel()
	for engine, row := range map[string]struct {
		empty             func(testing.TB) *databases.Database
		make, grant, drop string // NAME is the user's
	}{
		"PostgreSQL": {databases.Postgres, `CREATE ROLE NAME LOGIN PASSWORD 'secret'`, `GRANT SELECT ON ALL TABLES IN SCHEMA public TO NAME`,
			`DROP OWNED BY NAME; DROP ROLE NAME`},
		"MariaDB": {databases.MySQL, `CREATE USER NAME@'%' IDENTIFIED BY 'secret'`, `GRANT SELECT ON DATABASE.* TO NAME@'%'`,
			`DROP USER NAME@'%'`},
	} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			d := row.empty(t)
			_, db := written(t, d.URL)
			execAll(t, db, people4)
			name := "guise_reader_" + strings.ToLower(rand.Text()[:8])
			as := func(statements string) string {
				return strings.NewReplacer("NAME", name, "DATABASE", d.Name()).Replace(statements)
			}
			execAll(t, db, as(row.make))
			t.Cleanup(func() { // a user is the whole server's
				for statement := range strings.SplitSeq(as(row.drop), ";") {
					if _, err := db.Exec(statement); err != nil {
						t.Error(err)
					}
				}
			})
			where := " --db " + d.As(t, name, "secret").URL
			says := func(line string, status int, says string) {
				t.Helper()
				got, said := guiseSays(line + where)
				if got != status || !strings.Contains(said, says) || status != 0 && strings.Count(said, "\n") != 1 {
					t.Errorf("%s: status %d, %s\nwant status %d, and %q in one line", line, got, said, status, says)
				}
			}
			if engine == "PostgreSQL" { // MariaDB does not let in who may do nothing
				says("log verify", exitFailed, "permission denied")
			}
			execAll(t, db, as(row.grant))
			says("log verify", 0, "The log holds")
			says("log list", 0, "i-1")
			says("log show i-1", 0, "started")
			says("log head", 0, "10:")
			says("live list", 0, "i-2")
			says("users search cust"+people4Flags, 0, "Cy Customer")
			says("live end i-2 --by Olga --note enough", exitFailed, "denied")
		})
	}
}
