package users_test

import (
	"database/sql"
	"net/url"
	"testing"

	"github.com/go-sql-driver/mysql"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/internal/databases"
	"github.com/guise-go/guise/userstest"
)

// manners are ways in which applications and drivers talk to the database.
var manners = map[string]struct {
	engine         engine
	setting, value string
}{
	"PostgreSQL, nothing prepared": {onPostgres, "default_query_exec_mode", "exec"},
	"PostgreSQL, described once":   {onPostgres, "default_query_exec_mode", "cache_describe"},
	"PostgreSQL, backslashes":      {onPostgres, "standard_conforming_strings", "off"},
	"MySQL, NOT before IN":         {onMySQL, "sql_mode", "'HIGH_NOT_PRECEDENCE'"},
	"MySQL, ANSI":                  {onMySQL, "sql_mode", "'ANSI,NO_BACKSLASH_ESCAPES'"},
}

// openWith makes an empty database, with connections that have a setting.
func openWith(t testing.TB, e engine, setting, value string) *sql.DB {
	t.Helper()
	if e.name == onMySQL.name {
		changed := *databases.MySQL(t)
		config, err := mysql.ParseDSN(changed.DSN)
		if err != nil {
			t.Fatal(err)
		}
		config.Params = map[string]string{setting: value}
		changed.DSN = config.FormatDSN()
		return openMySQL(t, &changed)
	}
	changed := *databases.Postgres(t)
	address, err := url.Parse(changed.DSN)
	if err != nil {
		t.Fatal(err)
	}
	q := address.Query()
	q.Set(setting, value)
	address.RawQuery = q.Encode()
	changed.DSN = address.String()
	return changed.Open(t)
}

func TestEveryRuleHolds_InOtherManners(t *testing.T) {
	t.Parallel()
	for name, manner := range manners {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := openWith(t, manner.engine, manner.setting, manner.value)
			userstest.Run(t, func(t *testing.T, users []guise.User) guise.Directory {
				db = manner.engine.clear(t, db)
				return manner.engine.ordinary.directory(t, db, users...)
			})
		})
	}
}
