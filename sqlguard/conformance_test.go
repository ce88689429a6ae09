package sqlguard_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/sqlguard"
)

// TestConformance_TheDriverIsAskedWhatItIsAskedWithoutTheGuard: what a driver
// offers is passed through, and nothing is made up that it doesn't offer. So,
// whatever it offers, it is asked the same with the guard and without, in the
// same order, and the application gets the same answers. In a read-only
// impersonation the guard's own statements come in between, and nothing else.
func TestConformance_TheDriverIsAskedWhatItIsAskedWithoutTheGuard(t *testing.T) {
	asked := map[string]bool{}
	for name, kind := range kinds() {
		for _, engine := range []sqlguard.Engine{sqlguard.SQLite, sqlguard.Postgres, sqlguard.MySQL} {
			for _, mode := range []guise.Mode{"", guise.ReadWrite, guise.ReadOnly} {
				var plain, guarded record
				use := write
				if mode == guise.ReadOnly {
					use = read
				}
				want := use(in(t, mode), sql.OpenDB(connector{&plain, kind(&plain)}))
				got := use(in(t, mode), sql.OpenDB(sqlguard.New(connector{&guarded, kind(&guarded)}, engine)))
				if !slices.Equal(guarded.lines, plain.lines) {
					t.Errorf("%s, %s, mode %q: the driver is asked\n%s\nand without the guard\n%s", name, engine, mode,
						strings.Join(guarded.lines, ""), strings.Join(plain.lines, ""))
				}
				if got != want {
					t.Errorf("%s, %s, mode %q: the application is answered\n%s\nand without the guard\n%s", name, engine, mode, got, want)
				}
				for _, line := range plain.lines {
					asked[strings.Fields(line)[0]] = true
				}
			}
		}
	}
	for _, what := range []string{"ping", "exec", "query", "prepare", "begin", "reset", "valid?", "check", "converter", "more", "commit"} {
		if !asked[what] {
			t.Errorf("no driver was ever asked to %s: the test shows nothing of it", what)
		}
	}
}

// TestConformance_NoConnectionIsKeptThatWouldNotBe: when a request is over before
// its transaction, database/sql keeps the connection only of a driver that can say
// whether it is still good. The guard can always say something.
func TestConformance_NoConnectionIsKeptThatWouldNotBe(t *testing.T) {
	for _, kind := range []string{"a connection with nothing", "a connection with ResetSession", "a connection with IsValid", "a connection with all"} {
		var plain, guarded record
		for r, db := range map[*record]*sql.DB{
			&plain:   sql.OpenDB(connector{&plain, kinds()[kind](&plain)}),
			&guarded: sql.OpenDB(sqlguard.New(connector{&guarded, kinds()[kind](&guarded)}, sqlguard.Postgres)),
		} {
			db.SetMaxOpenConns(1)
			ctx, cancel := context.WithCancel(t.Context())
			if _, err := db.BeginTx(ctx, nil); err != nil {
				t.Fatal(err)
			}
			cancel() // database/sql rolls it back
			_, _ = db.ExecContext(t.Context(), "DELETE FROM notes")
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			r.lines = slices.DeleteFunc(r.lines, func(line string) bool { return strings.HasPrefix(line, "valid?") }) // who comes first asks
		}
		if !slices.Equal(plain.lines, guarded.lines) {
			t.Errorf("%s: the driver is asked\n%s\nand without the guard\n%s", kind, strings.Join(guarded.lines, ""), strings.Join(plain.lines, ""))
		}
	}
}

// MySQL, unlike MariaDB, does not say whether a session is in a transaction. What
// the texts say that have run is enough.
func TestReadOnly_TransactionsAsTextOnMySQL(t *testing.T) {
	r := &record{isMySQL: true}
	db := sql.OpenDB(sqlguard.New(connector{r, kinds()["a connection with all"](r)}, sqlguard.MySQL))
	defer db.Close()
	c, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, step := range []struct {
		text    string
		refused bool // what reads while read-only after it
	}{
		{"SELECT 1", false}, {"START TRANSACTION", true}, {"INSERT INTO notes VALUES (1)", true}, {"COMMIT", false},
		{"BEGIN; SELECT 1", true}, {"ROLLBACK", false}, {"XA START 'x'", true}, {"XA COMMIT 'x' ONE PHASE", false},
		{"BEGIN", true}, {"COMMIT AND CHAIN", true}, {"ROLLBACK TO a", true}, {"ROLLBACK AND NO CHAIN", false}, {"START REPLICA", false},
	} {
		if _, err := c.ExecContext(t.Context(), step.text); err != nil {
			t.Fatal(err)
		}
		rows, err := c.QueryContext(in(t, guise.ReadOnly), "SELECT id, text FROM notes")
		if err == nil {
			_ = rows.Close()
		}
		if errors.Is(err, guise.ErrReadOnly) != step.refused || err != nil && !step.refused {
			t.Errorf("after %s: %v; want it refused: %v", step.text, err, step.refused)
		}
	}
}

// in is a context of nobody's impersonation, or of one in this mode.
func in(t *testing.T, mode guise.Mode) context.Context {
	t.Helper()
	ctx := context.WithValue(t.Context(), mark{}, "the caller's")
	if mode == "" {
		return ctx
	}
	ctx, err := guise.Resume(ctx, fmt.Sprintf(
		`{"guise":1,"id":"i","actor":{"id":"1"},"subject":{"id":"2"},"mode":%q,"stack_id":"i","writes":%v}`, mode, mode == guise.ReadWrite))
	if err != nil {
		t.Fatal(err)
	}
	return ctx
}

// answers is what the application was answered. It counts that there was an
// error, but not its words, which begin with the name of the package.
type answers struct{ strings.Builder }

func (a *answers) add(what string, err error, values ...any) {
	fmt.Fprintln(a, what, err != nil, fmt.Sprintf("%v", values))
}

// write uses a handle in every way there is.
func write(ctx context.Context, db *sql.DB) string {
	var a answers
	for _, args := range [][]any{nil, {1}, {"text", special{}, option{}}, {sql.Named("name", 1)}} {
		result, err := db.ExecContext(ctx, "UPDATE notes SET text = 'new'", args...)
		if err == nil {
			n, err := result.RowsAffected()
			a.add("affected", err, n)
		}
		a.add("exec", err)
	}
	if prepared, err := db.PrepareContext(ctx, "DELETE FROM notes WHERE id = 1"); err == nil {
		for range 2 {
			_, err := prepared.ExecContext(ctx, 1, special{})
			a.add("exec prepared", err)
		}
		a.add("close", prepared.Close())
	}
	for _, options := range []*sql.TxOptions{nil, {Isolation: sql.LevelSerializable}} {
		begun, err := db.BeginTx(ctx, options)
		a.add("begin", err)
		if err == nil {
			_, err = begun.ExecContext(ctx, "DELETE FROM notes")
			a.add("exec in a transaction", err)
			a.add("commit", begun.Commit())
		}
	}
	return a.String() + read(ctx, db)
}

// read uses a handle without writing, and closes it.
func read(ctx context.Context, db *sql.DB) string {
	var a answers
	a.add("ping", db.PingContext(ctx))
	for _, args := range [][]any{nil, {1}, {"text", special{}, option{}}, {sql.Named("name", 1)}} {
		rows, err := db.QueryContext(ctx, "SELECT id, text FROM notes", args...)
		a.add("query", err)
		if err == nil {
			a.rows(rows)
		}
	}
	if prepared, err := db.PrepareContext(ctx, "SELECT id, text FROM notes WHERE id > 1"); err == nil {
		rows, err := prepared.QueryContext(ctx, 1, special{})
		a.add("query prepared", err)
		if err == nil {
			a.rows(rows)
		}
		a.add("close", prepared.Close())
	}
	begun, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	a.add("begin", err)
	if err == nil {
		rows, err := begun.QueryContext(ctx, "SELECT id, text FROM notes")
		a.add("query in a transaction", err)
		if err == nil {
			a.rows(rows)
		}
		a.add("roll back", begun.Rollback())
	}
	a.add("close", db.Close())
	return a.String()
}

// rows reads everything that there is to a result.
func (a *answers) rows(rows *sql.Rows) {
	types, err := rows.ColumnTypes()
	for _, c := range types {
		length, hasLength := c.Length()
		null, hasNull := c.Nullable()
		precision, scale, hasScale := c.DecimalSize()
		a.add("column", nil, c.Name(), c.DatabaseTypeName(), c.ScanType(), length, hasLength, null, hasNull, precision, scale, hasScale)
	}
	a.add("columns", err)
	for rows.Next() {
		var id int
		var text string
		a.add("row", rows.Scan(&id, &text), id, text)
	}
	a.add("more", nil, rows.NextResultSet())
	a.add("rows", rows.Err())
	a.add("close rows", rows.Close())
}
