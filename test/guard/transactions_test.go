package guard_test

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/sqlguard"
)

// byText are transactions that somebody who may write begins and ends as text, and
// writes in. Somewhere in each, READ is a read in a read-only impersonation, which
// may be refused and must not end, undo or commit anything; TX is a transaction of
// the driver's, in the impersonation.
var byText = map[sqlguard.Engine][][]string{
	sqlguard.Postgres: {
		{`BEGIN`, insert, `READ`, `COMMIT`},
		{`BEGIN`, insert, `READ`, `ROLLBACK`},
		{`BEGIN`, insert, `COMMIT AND CHAIN`, another, `READ`, `COMMIT`},
		{`BEGIN; ` + insert, `READ`, `COMMIT`},
		{`BEGIN`, insert, `COMMIT; BEGIN`, another, `READ`, `COMMIT`},
		{`BEGIN`, insert, `ROLLBACK; BEGIN`, another, `READ`, `COMMIT`},
		{`BEGIN`, insert, `ROLLBACK AND CHAIN`, another, `READ`, `COMMIT`},
		{`SELECT 1; BEGIN`, insert, `READ`, `ROLLBACK`},
		{`BEGIN; ` + insert + `; COMMIT`, `READ`, another},
		{`BEGIN`, insert, `SELECT nonsense`, `READ`, `ROLLBACK`, another},
	},
	sqlguard.MySQL: {
		{`BEGIN`, insert, `READ`, `COMMIT`},
		{`BEGIN`, insert, `READ`, `ROLLBACK`},
		{`BEGIN`, insert, `COMMIT AND CHAIN`, another, `READ`, `ROLLBACK`},
		{`SELECT 1; START TRANSACTION`, insert, `READ`, `ROLLBACK`},
		{`SET autocommit = 0`, insert, `READ`, `ROLLBACK`, `SET autocommit = 1`, `READ`},
		{`SET autocommit = 0`, `READ`, `TX`, insert, `READ`, `ROLLBACK`, `SET autocommit = 1`},
		{`SET SESSION completion_type = 1`, `READ`, insert, `SET SESSION completion_type = 0`},
		{`CALL beginning()`, insert, `READ`, `ROLLBACK`},
		{`XA START 'x'`, insert, `READ`, `XA END 'x'`, `XA ROLLBACK 'x'`},
		{`BEGIN NOT ATOMIC ` + insert + `; END`, `READ!`},
		{`START TRANSACTION; ` + insert + `; COMMIT`, `READ!`},
		{`XA START 'x'`, insert, `XA END 'x'`, `XA COMMIT 'x' ONE PHASE`, `READ!`},
		{`BEGIN`, `CREATE TABLE further (id int)`, `READ!`, `DROP TABLE further`},
	},
}

const another = `INSERT INTO notes (id, text) VALUES (3, 'more')`

// Without the guard, reading changes nothing for those who write on the same
// connection. No more does it with the guard. Where a READ has a mark, nothing is
// under way, and it is not refused.
func TestReadOnly_TransactionsAsTextStayWhatTheyAre(t *testing.T) {
	each(t, func(t *testing.T, e engine, guarded, plain *sql.DB) {
		if e.kind == sqlguard.MySQL {
			if _, err := plain.Exec(`CREATE PROCEDURE beginning() START TRANSACTION`); err != nil {
				t.Fatal(err)
			}
		}
		ctx := acting(t, guise.ReadOnly)
		for _, steps := range byText[e.kind] {
			what := strings.Join(steps, ", ")
			var left []string
			for _, db := range []*sql.DB{plain, guarded} {
				c := connection(t, db)
				for _, step := range steps {
					fails := strings.Contains(step, `nonsense`) || strings.HasPrefix(step, `READ`) && strings.Contains(what, `nonsense`)
					if err := take(ctx, c, step); err != nil && !fails && (step != `READ` || !errors.Is(err, guise.ErrReadOnly)) {
						t.Errorf("%s: %s: %v", what, step, err)
					}
				}
				c.Close()
				left = append(left, contents(t, plain))
				if _, err := plain.Exec(`DELETE FROM notes WHERE id > 1`); err != nil {
					t.Fatal(err)
				}
			}
			if left[0] != left[1] {
				t.Errorf("%s: with the guard there is\n%s\nand without\n%s", what, left[1], left[0])
			}
		}
	})
}

// A transaction that has failed says so, as without the guard, and its connection
// lives on.
func TestReadOnly_AFailedTransactionSaysSo(t *testing.T) {
	guarded, plain := engines[1].open(t)
	for name, db := range map[string]*sql.DB{"guarded": guarded, "plain": plain} {
		c := connection(t, db)
		if _, err := c.ExecContext(t.Context(), `CREATE TEMPORARY TABLE mine (id int)`); err != nil {
			t.Fatal(err)
		}
		tx, err := c.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = tx.Exec(`SELECT nonsense`)
		if _, err := tx.QueryContext(acting(t, guise.ReadOnly), `SELECT 1`); err == nil || !strings.Contains(err.Error(), "25P02") {
			t.Errorf("%s: %v", name, err)
		}
		if err := tx.Rollback(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := queryAll(t.Context(), c, `SELECT id FROM mine`); err != nil {
			t.Errorf("%s, afterwards: %v", name, err)
		}
	}
}

// take is one step of a transaction as text.
func take(ctx context.Context, c *sql.Conn, step string) error {
	if strings.HasPrefix(step, `READ`) {
		return queryAll(ctx, c, `SELECT count(*) FROM notes`)
	}
	if step == `TX` {
		tx, err := c.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		return tx.Rollback()
	}
	_, err := c.ExecContext(context.Background(), step)
	return err
}

// What code without a context reads in a read-only transaction leaves it one.
func TestReadOnly_ATransactionSurvivesReadsWithoutAContext(t *testing.T) {
	reads := map[sqlguard.Engine][]string{
		sqlguard.SQLite:   {`SELECT 1;`, `WITH a AS (SELECT 1) SELECT * FROM a`},
		sqlguard.Postgres: {`SELECT 1;`, `(SELECT 1)`, `SHOW search_path`, `SET app.x = '1'`, `EXPLAIN SELECT 1`, `SELECT ';'`},
		sqlguard.MySQL:    {`SELECT 1;`, `(SELECT 1)`, `SHOW TABLES`, `SET @x = 1`, `EXPLAIN SELECT 1`, `SELECT ';'`, `WITH a AS (SELECT 1) SELECT * FROM a`},
	}
	each(t, func(t *testing.T, e engine, guarded, _ *sql.DB) {
		ctx := acting(t, guise.ReadOnly)
		for _, read := range reads[e.kind] {
			tx, err := guarded.BeginTx(ctx, nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := tx.Exec(read); err != nil {
				t.Errorf("%s: %v", read, err)
			}
			var n int
			if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM notes`).Scan(&n); err != nil {
				t.Errorf("after %s: %v", read, err)
			}
			_ = tx.Rollback()
		}
	})
}

// On SQLite a transaction can be begun as text. If that who did so is refused, and
// leaves, the next one does not write into it.
func TestReadOnly_ATransactionThatIsLeftOpenIsNobodyElses(t *testing.T) {
	e := engines[0]
	guarded, plain := e.open(t)
	guarded.SetMaxOpenConns(1)
	for _, begin := range []string{`BEGIN`, `SAVEPOINT a`} {
		c := connection(t, guarded)
		if _, err := c.ExecContext(acting(t, guise.ReadOnly), begin); err != nil {
			t.Fatal(err)
		}
		_, err := c.ExecContext(acting(t, guise.ReadOnly), insert)
		mustRefuse(t, "in "+begin, err)
		c.Close()
		if _, err := guarded.ExecContext(t.Context(), insert); err != nil {
			t.Fatal(err)
		}
		if got := contents(t, plain); got != "1 kept\n2 new\n" {
			t.Errorf("after %s, what the next one writes is lost:\n%s", begin, got)
		}
		if _, err := guarded.ExecContext(t.Context(), `DELETE FROM notes WHERE id = 2`); err != nil {
			t.Fatal(err)
		}
	}
}

// A request that is over before its statement leaves the connection as it is: one
// to a database in memory must not be lost, since the data is with it.
func TestReadOnly_ARequestThatIsOverCostsNoConnection(t *testing.T) {
	db, err := sqlguard.Open("sqlite", ":memory:", sqlguard.SQLite)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(t.Context(), `CREATE TABLE notes (id integer)`); err != nil {
		t.Fatal(err)
	}
	over := func(ctx context.Context) context.Context {
		ctx, cancel := context.WithCancel(ctx)
		cancel()
		return ctx
	}
	c := connection(t, db)
	for range 3 {
		for name, ctx := range map[string]context.Context{"read-only": acting(t, guise.ReadOnly), "free": t.Context()} {
			if _, err := c.ExecContext(over(ctx), `SELECT 1`); !errors.Is(err, context.Canceled) {
				t.Errorf("%s, over: %v", name, err)
			}
			if tx, err := c.BeginTx(over(ctx), nil); err == nil {
				_ = tx.Rollback() // database/sql may have done so already
			}
			if err := queryAll(ctx, c, `SELECT id FROM notes`); err != nil {
				t.Fatalf("%s, afterwards: %v", name, err)
			}
		}
	}
}
