package store

import (
	"fmt"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/internal/databases"
	"github.com/guise-go/guise/sqlstore"
	"github.com/guise-go/guise/storetest"
)

// server is an engine that is a server of its own.
type server struct {
	engine   sqlstore.Engine
	database func(testing.TB) *databases.Database
	start    func(testing.TB, ...databases.Option) *databases.Server
	// cases makes what gives each of many cases an empty database.
	cases func(testing.TB) func(testing.TB) *databases.Database
	// waiting counts the connections to the database that wait for a lock.
	waiting string
}

var servers = map[string]server{
	"PostgreSQL": {sqlstore.Postgres, databases.Postgres, databases.StartPostgres, schemas,
		`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`},
	"MariaDB": {sqlstore.MySQL, databases.MySQL, databases.StartMySQL, func(testing.TB) func(testing.TB) *databases.Database { return databases.MySQL },
		// InnoDB's own table of transactions stays as it was for who reads it often.
		`SELECT count(*) FROM information_schema.processlist
			WHERE db = database() AND id <> connection_id() AND command = 'Query' AND time_ms > 20`},
}

// schemas gives each case a schema, which PostgreSQL makes in no time. So these
// cases also show that the store lives wherever the search path leads.
func schemas(t testing.TB) func(testing.TB) *databases.Database {
	whole := databases.Postgres(t)
	db := whole.Open(t)
	var made atomic.Int64
	return func(t testing.TB) *databases.Database {
		t.Helper()
		schema := fmt.Sprintf("case_%d", made.Add(1))
		if _, err := db.ExecContext(t.Context(), `CREATE SCHEMA `+schema); err != nil {
			t.Fatal(err)
		}
		return with(whole, "search_path="+schema)
	}
}

func TestServers_KeepEveryRule(t *testing.T) {
	t.Parallel()
	for name, s := range servers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			empty := s.cases(t)
			storetest.Run(t, func(t *testing.T) guise.Store { return openOn(t, s.engine, empty(t)) })
		})
	}
}

func TestServers_TwoInstances(t *testing.T) {
	t.Parallel()
	for name, s := range servers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			empty := s.cases(t)
			storetest.RunShared(t, func(t *testing.T) (a, b guise.Store) {
				database := empty(t)
				return openOn(t, s.engine, database), openOn(t, s.engine, database)
			})
		})
	}
}

// isolations are levels at which applications have their transactions begin.
var isolations = map[string]struct{ server, setting string }{
	"PostgreSQL, serializable":  {"PostgreSQL", "default_transaction_isolation=serializable"},
	"MariaDB, serializable":     {"MariaDB", "tx_isolation='SERIALIZABLE'"},
	"MariaDB, read uncommitted": {"MariaDB", "tx_isolation='READ-UNCOMMITTED'"},
}

func TestServers_AtOtherIsolationLevels(t *testing.T) {
	t.Parallel()
	for name, level := range isolations {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := servers[level.server]
			empty := s.cases(t)
			storetest.RunShared(t, func(t *testing.T) (a, b guise.Store) {
				database := with(empty(t), level.setting)
				return openOn(t, s.engine, database), openOn(t, s.engine, database)
			})
		})
	}
}

// manners are ways in which applications and drivers talk to the database.
var manners = map[string]struct{ server, setting string }{
	"PostgreSQL, read only":        {"PostgreSQL", "default_transaction_read_only=on"},
	"PostgreSQL, simple protocol":  {"PostgreSQL", "default_query_exec_mode=simple_protocol"},
	"PostgreSQL, nothing prepared": {"PostgreSQL", "default_query_exec_mode=exec"},
	"PostgreSQL, backslashes":      {"PostgreSQL", "standard_conforming_strings=off"},
	"MariaDB, not strict":          {"MariaDB", "sql_mode=''"},
	"MariaDB, ANSI":                {"MariaDB", "sql_mode='ANSI'"},
	"MariaDB, nothing prepared":    {"MariaDB", "interpolateParams=true&clientFoundRows=true"},
	"MariaDB, results as they are": {"MariaDB", "character_set_results=NULL"},
}

func TestServers_InOtherManners(t *testing.T) {
	t.Parallel()
	for name, manner := range manners {
		t.Run(name, func(t *testing.T) {
			s := servers[manner.server]
			database := s.database(t)
			openOn(t, s.engine, database) // the tables, by one who may always write
			changed := with(database, manner.setting)
			store := openOn(t, s.engine, changed)
			for _, call := range everyCall(t, store, prepareLog(t, store, changed.Open(t))) {
				if err := call.do(); err != nil {
					t.Errorf("%s: %v", call.name, err)
				}
			}
			verified(t, store)
		})
	}
}

// TestMySQL_NeedsAutocommit: without it a read would not see what has ended.
func TestMySQL_NeedsAutocommit(t *testing.T) {
	s := servers["MariaDB"]
	_, err := sqlstore.Open(t.Context(), with(s.database(t), "autocommit=0").Open(t), s.engine)
	if err == nil || !strings.Contains(err.Error(), "autocommit") {
		t.Errorf("Open without autocommit: %v; want an error that says so", err)
	}
}

// TestMySQL_NeedsUTF8MB4: in another character set a name is stored as it is, and
// read with question marks.
func TestMySQL_NeedsUTF8MB4(t *testing.T) {
	s := servers["MariaDB"]
	database := s.database(t)
	for _, setting := range []string{"charset=utf8", "charset=latin1", "character_set_results='latin1'", "character_set_client='latin1'"} {
		_, err := sqlstore.Open(t.Context(), with(database, setting).Open(t), s.engine)
		if err == nil || !strings.Contains(err.Error(), "charset=utf8mb4") {
			t.Errorf("Open with %s: %v; want an error that says what to do", setting, err)
		}
	}
	for _, setting := range []string{"charset=utf8mb4", "character_set_results=NULL"} {
		store := openOn(t, s.engine, with(database, setting))
		masked := start("🎭 "+setting, "🎭")
		if err := store.Start(t.Context(), masked); err != nil {
			t.Fatal(err)
		}
		found, err := store.Impersonation(t.Context(), masked.Impersonation.ID)
		page, err2 := store.Impersonations(t.Context(), guise.LogQuery{ActorID: "🎭", Limit: 1})
		if err != nil || found.Actor.ID != "🎭" || err2 != nil || len(page.Impersonations) != 1 || page.Impersonations[0].Actor.ID != "🎭" {
			t.Errorf("with %s it reads %q, %v; %+v, %v", setting, found.Actor.ID, err, page.Impersonations, err2)
		}
	}
}

// with adds a parameter to how the driver is called.
func with(database *databases.Database, parameter string) *databases.Database {
	changed := *database
	if key, value, ok := strings.Cut(parameter, "="); ok && strings.Contains(value, "'") {
		parameter = key + "=" + url.QueryEscape(value)
	}
	changed.DSN += map[bool]string{true: "&", false: "?"}[strings.Contains(changed.DSN, "?")] + parameter
	return &changed
}

// openOn is one instance: a store with connections of its own.
func openOn(t *testing.T, engine sqlstore.Engine, database *databases.Database) *sqlstore.Store {
	t.Helper()
	store, err := sqlstore.Open(t.Context(), database.Open(t), engine)
	if err != nil {
		t.Fatal(err)
	}
	return store
}
