package guard_test

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/sqlguard"
)

// Settings of a session by which the server reads a text in another way, and texts
// that write when it does.
var readOtherwise = map[sqlguard.Engine]map[string][]string{
	sqlguard.Postgres: {
		`SET client_encoding = 'GBK'`:              {"SELECT E'\x95\\'; COMMIT; DELETE FROM notes; --'"},
		`SET client_encoding = 'SJIS'`:             {"SELECT E'\x95\\'; COMMIT; DELETE FROM notes; --'", "SELECT E'\xb1\x95\\'; COMMIT; DELETE FROM notes; --'"},
		`SET standard_conforming_strings = off`:    {`SELECT '\''; COMMIT; DELETE FROM notes; --'`},
		`SET session_replication_role = 'replica'`: {insert},
	},
	sqlguard.MySQL: {
		`SET sql_mode = 'MSSQL'`: {
			"SELECT 1 AS [']; COMMIT; DELETE FROM notes; -- ']",
			"SET @a = (SELECT 1 AS [']), GLOBAL max_connect_errors = 78 -- '",
		},
		`SET sql_mode = 'ANSI_QUOTES'`:          {`SELECT "\"; COMMIT; DELETE FROM notes; -- "`},
		`SET sql_mode = 'NO_BACKSLASH_ESCAPES'`: {`SELECT '\'; COMMIT; DELETE FROM notes; -- '`},
		`SET NAMES gbk`: {
			"SELECT '\xbf\\'; COMMIT; DELETE FROM notes; -- '",
			"SET @a = '\xbf\\' , @b = '\\' \xbf\\', GLOBAL max_connect_errors = 77 -- '",
			"SET @a = '\xbf\\' , @b = '\\' \xbf\\', completion_type = 1 -- '",
		},
	},
}

func TestReadOnly_HoweverTheSessionReadsAText(t *testing.T) {
	each(t, func(t *testing.T, e engine, guarded, plain *sql.DB) {
		ctx, before := acting(t, guise.ReadOnly), contents(t, plain)
		for setting, texts := range readOtherwise[e.kind] {
			for _, text := range texts {
				c := connection(t, guarded)
				if _, err := c.ExecContext(ctx, setting); err != nil { // whoever may only read can set it, too
					t.Fatal(err)
				}
				_, err := c.ExecContext(ctx, text)
				mustRefuse(t, setting+", then "+text, err)
				if after := contents(t, plain); after != before {
					t.Fatalf("%s, then %s: it wrote: %s", setting, text, after)
				}
				_ = c.Raw(func(any) error { return errors.New("not to be used again") })
				c.Close()
			}
		}
	})
}

// MariaDB runs a DETERMINISTIC function while it prepares a statement that needs
// what it returns as a constant.
func TestReadOnly_PreparingWritesNothing(t *testing.T) {
	e := engines[2]
	guarded, plain := e.open(t)
	_, err := plain.Exec(`CREATE FUNCTION steady() RETURNS int DETERMINISTIC MODIFIES SQL DATA
		BEGIN INSERT INTO notes (text) VALUES ('while preparing'); RETURN 1; END`)
	if err != nil {
		t.Fatal(err)
	}
	ctx, before := acting(t, guise.ReadOnly), contents(t, plain)
	for _, query := range []string{
		`SELECT ROUND(1.26, steady()) FROM notes WHERE id = ?`, "SELECT ROUND(1.26, `steady`()) FROM notes WHERE id = ?",
		`SELECT id FROM notes WHERE id = ? AND TRUNCATE(1.26, steady ()) > 0`, `SELECT id FROM notes WHERE id = ? AND text LIKE 'a' ESCAPE steady()`,
	} {
		_, err := guarded.QueryContext(ctx, query, 1)
		mustRefuse(t, query, err)
		_, _ = guarded.PrepareContext(ctx, query)
		tx, err := guarded.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = tx.QueryContext(ctx, query, 1)
		mustRefuse(t, query+" in a transaction", err)
		_ = tx.Commit()
		if after := contents(t, plain); after != before {
			t.Fatalf("%s: it wrote: %s", query, after)
		}
	}
	// What can't run one is prepared without more ado.
	var n int
	if err := guarded.QueryRowContext(ctx, `SELECT count(*) FROM notes WHERE id IN (?)`, 1).Scan(&n); err != nil || n != 1 {
		t.Errorf("a read with an argument: %d, %v", n, err)
	}
}

// rewriter puts another text in the place of the one that the guard has seen.
type rewriter string

func (r rewriter) RewriteQuery(context.Context, *pgx.Conn, string, []any) (string, []any, error) {
	return string(r), nil, nil
}

func TestReadOnly_NoArgumentIsAnotherText(t *testing.T) {
	guarded, plain := engines[1].open(t)
	ctx, before := acting(t, guise.ReadOnly), contents(t, plain)
	text := rewriter("COMMIT; " + insert)
	_, err := guarded.ExecContext(ctx, `SELECT 1`, text)
	mustRefuse(t, "exec", err)
	_, err = guarded.QueryContext(ctx, `SELECT 1`, text)
	mustRefuse(t, "query", err)
	if after := contents(t, plain); after != before {
		t.Errorf("it wrote: %s", after)
	}
	var id int
	err = guarded.QueryRowContext(ctx, `SELECT id FROM notes WHERE id = @id`, pgx.NamedArgs{"id": 1}).Scan(&id)
	if err != nil || id != 1 {
		t.Errorf("names for arguments: %d, %v", id, err)
	}
}

// TestReadOnly_ASettingIsSetOrRefused: a page that sets its tenant, and then reads,
// must not read with the one that was set before, which is somebody else's.
func TestReadOnly_ASettingIsSetOrRefused(t *testing.T) {
	guarded, _ := engines[1].open(t)
	guarded.SetMaxOpenConns(1)
	ctx := acting(t, guise.ReadOnly)
	for _, set := range []string{
		`SELECT set_config('app.tenant', '2', false)`, `SELECT set_config('app.tenant', 2::bigint::text, false)`,
		`SELECT set_config('app.tenant', '2'::varchar, false)`, `SELECT set_config('app.tenant', '' || '2', false) AS tenant`,
		`SELECT set_config('app.tenant', '2', false), id FROM notes`, `SET app.tenant = '2'; SELECT 1`,
		`SELECT set_config('app.tenant', text, false) FROM (SELECT '2' AS text) AS t`,
	} {
		if _, err := guarded.ExecContext(t.Context(), `SET app.tenant = '1'`); err != nil {
			t.Fatal(err)
		}
		_, err := guarded.ExecContext(ctx, set)
		var tenant string
		if err := guarded.QueryRowContext(ctx, `SELECT current_setting('app.tenant')`).Scan(&tenant); err != nil {
			t.Fatal(err)
		}
		if done := err == nil; done != (tenant == "2") || !done && !errors.Is(err, guise.ErrReadOnly) {
			t.Errorf("%s: %v, and then the tenant is %s", set, err, tenant)
		}
		tx, err := guarded.BeginTx(ctx, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.ExecContext(ctx, set); err != nil && !strings.Contains(set, ";") {
			t.Errorf("in a transaction begun for it: %s: %v", set, err)
		}
		if err := tx.QueryRowContext(ctx, `SELECT current_setting('app.tenant')`).Scan(&tenant); err != nil || tenant != "2" {
			t.Errorf("in a transaction begun for it: %s: the tenant is %s, %v", set, tenant, err)
		}
		_ = tx.Rollback()
	}
}
