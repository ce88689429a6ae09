package store

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"github.com/guise-go/guise/sqlstore"
)

// ended copies the first impersonation a thousand times, as it was long ago.
const ended = `INSERT INTO guise_impersonations (id, stack_id, parent_id, depth, state, mode, reason, ticket, code,
	actor_id, actor_username, actor_name, actor_email, actor_tenant,
	subject_id, subject_username, subject_name, subject_email, subject_tenant,
	started_at, expires_at, last_seen_at, ended_at, cause,
	ended_by_id, ended_by_username, ended_by_name, ended_by_email, ended_by_tenant, note,
	return_to, client_ip, user_agent, token_hash, search)
	WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1000)
	SELECT concat('old-', n), concat('old-', n), parent_id, depth, 'ended', mode, reason, ticket, code,
	actor_id, actor_username, actor_name, actor_email, actor_tenant,
	concat(subject_id, n), subject_username, subject_name, subject_email, subject_tenant,
	started_at - n, expires_at, last_seen_at, started_at, 'stopped',
	ended_by_id, ended_by_username, ended_by_name, ended_by_email, ended_by_tenant, note,
	return_to, client_ip, user_agent, TOKEN, search FROM guise_impersonations, numbers WHERE id = 'imp-1'`

// TestPostgres_NeverReadsTheWholeLog asks how each statement would be run.
func TestPostgres_NeverReadsTheWholeLog(t *testing.T) {
	t.Parallel()
	database := servers["PostgreSQL"].database(t)
	store, recorder := recordedOn(t, sqlstore.Postgres, database)
	db := database.Open(t)
	next := prepareLog(t, store, db, strings.ReplaceAll(ended, "TOKEN", `sha256(n::text::bytea)`), `ANALYZE`)
	for _, call := range everyCall(t, store, next) {
		recorder.take()
		if err := call.do(); err != nil {
			t.Fatalf("%s: %v", call.name, err)
		}
		ran := recorder.take()
		for _, statement := range ran {
			if verb, _, _ := strings.Cut(statement.query, " "); verb == "SELECT" || verb == "UPDATE" || verb == "DELETE" || verb == "WITH" {
				checkPostgresPlan(t, db, call.name, statement)
			}
		}
		if len(ran) == 0 || call.name == "Resolve" && len(ran) != 1 {
			t.Errorf("%s ran %d statements", call.name, len(ran))
		}
	}
}

func checkPostgresPlan(t *testing.T, db *sql.DB, name string, statement recorded) {
	t.Helper()
	plan := postgresPlan(t, db, statement)
	for _, table := range []string{"guise_impersonations", "guise_events"} {
		if strings.Contains(plan, "Seq Scan on "+table) {
			t.Errorf("%s: %s\nreads all of %s:\n%s", name, statement.query, table, plan)
		}
	}
}

func postgresPlan(t *testing.T, db *sql.DB, statement recorded) string {
	t.Helper()
	var args []any
	for _, arg := range statement.args {
		args = append(args, arg.Value)
	}
	rows, err := db.QueryContext(t.Context(), "EXPLAIN "+statement.query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var plan strings.Builder
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		plan.WriteString(line + "\n")
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return plan.String()
}

// TestMySQL_NeverReadsTheWholeLog counts the rows that the engine looked at.
func TestMySQL_NeverReadsTheWholeLog(t *testing.T) {
	t.Parallel()
	database := servers["MariaDB"].database(t)
	db := database.Open(t)
	db.SetMaxOpenConns(1) // which counts for itself
	store, err := sqlstore.Open(t.Context(), db, sqlstore.MySQL)
	if err != nil {
		t.Fatal(err)
	}
	next := prepareLog(t, store, db, strings.ReplaceAll(ended, "TOKEN", `unhex(sha2(n, 256))`), `ANALYZE TABLE guise_impersonations, guise_events`)
	for _, call := range everyCall(t, store, next) {
		before := rowsRead(t, db)
		if err := call.do(); err != nil {
			t.Fatalf("%s: %v", call.name, err)
		}
		enough := 60
		if call.name == "Purge" {
			enough = 600 // of a hundred events, several times
		}
		if read := rowsRead(t, db) - before; read == 0 || read > enough {
			t.Errorf("%s looked at %d rows; want %d at most", call.name, read, enough)
		}
	}
}

// TestMySQL_AStartCountsNobodyWithoutALimit: how many an actor has running does
// not matter to the next start then.
func TestMySQL_AStartCountsNobodyWithoutALimit(t *testing.T) {
	t.Parallel()
	db := servers["MariaDB"].database(t).Open(t)
	db.SetMaxOpenConns(1)
	store, err := sqlstore.Open(t.Context(), db, sqlstore.MySQL)
	if err != nil {
		t.Fatal(err)
	}
	var read []int
	for n := range 100 {
		before := rowsRead(t, db)
		if err := store.Start(t.Context(), start(fmt.Sprint("imp-", n), "ada")); err != nil {
			t.Fatal(err)
		}
		read = append(read, rowsRead(t, db)-before)
	}
	if second, last := read[1], read[99]; last > second {
		t.Errorf("the second start looked at %d rows, the hundredth at %d", second, last)
	}
}

func rowsRead(t *testing.T, db *sql.DB) (total int) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `SHOW SESSION STATUS LIKE 'Handler_read%'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var n int
		if err := rows.Scan(&name, &n); err != nil {
			t.Fatal(err)
		}
		total += n
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return total
}
