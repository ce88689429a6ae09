package guard_test

import (
	"database/sql"
	"errors"
	"testing"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/sqlguard"
)

// attempts are texts that must be refused with ErrReadOnly. Each one writes, or
// would let what comes after it write.
var attempts = map[sqlguard.Engine][]string{
	sqlguard.SQLite: {
		insert, `UPDATE notes SET text = 'x'`, `DELETE FROM notes`, `REPLACE INTO notes VALUES (1, 'x')`,
		insert + ` RETURNING id`,
		`WITH a AS (SELECT 1) INSERT INTO notes SELECT 5, 'cte' FROM a`,
		`SELECT 1; DELETE FROM notes`, `SELECT 1; PRAGMA query_only = 0; DELETE FROM notes`,
		`PRAGMA query_only = 0`, `PRAGMA query_only(0)`, `PRAGMA main.query_only = OFF`, `pragma/**/"query_only" = 0`,
		`PRAGMA [query_only] = 0`, "PRAGMA `query_only` = 0", `EXPLAIN PRAGMA query_only = 0`, `EXPLAIN QUERY PLAN PRAGMA query_only = 0`,
		`PRAGMA user_version = 7`, `PRAGMA journal_mode = MEMORY`, `PRAGMA writable_schema = 1`, `PRAGMA wal_checkpoint`, `PRAGMA optimize`,
		`ATTACH ':memory:' AS other`, `DETACH main`, `VACUUM`, `VACUUM INTO '/tmp/guise-never'`,
		`CREATE TEMP TABLE other (id integer)`, `CREATE VIRTUAL TABLE other USING fts5(x)`, `BEGIN IMMEDIATE`,
		`BEGIN; ` + insert + `; COMMIT`, `SAVEPOINT a; ` + insert + `; RELEASE a`, `SELECT 1; BEGIN; DELETE FROM notes; END`,
		`CREATE TABLE other (id integer)`, `DROP TABLE notes`, `ALTER TABLE notes ADD COLUMN x`, `CREATE INDEX i ON notes (text)`,
		`/* SELECT */ DELETE FROM notes`, "-- SELECT\nDELETE FROM notes", `SELECT '--'; DELETE FROM notes`,
	},
	sqlguard.Postgres: {
		insert, `UPDATE notes SET text = 'x'`, `DELETE FROM notes`, `TRUNCATE notes`, insert + ` RETURNING id`,
		`CREATE TEMPORARY TABLE passing (id int)`, `WITH l AS (SELECT pg_advisory_xact_lock(7)) INSERT INTO notes SELECT 5, 'l' FROM l`,
		"SELECT E'a'\n'\\' x ', '\\'; COMMIT; DELETE FROM notes; --'",
		`INSERT INTO notes (id, text) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET text = 'x'`,
		`WITH gone AS (DELETE FROM notes RETURNING id) SELECT count(*) FROM gone`,
		`EXPLAIN ANALYZE DELETE FROM notes`, `SELECT sneak()`, `SELECT lift()`, `CALL sneaky()`, `SELECT nextval('s')`,
		`SELECT * INTO other FROM notes`, `CREATE TABLE other AS SELECT 1`, `SELECT id FROM notes FOR UPDATE`, `SELECT setval('s', 7)`, `VALUES (sneak())`,
		`DO $$ BEGIN DELETE FROM notes; END $$`, `DO $$ BEGIN EXECUTE 'SET transaction_read_only = off'; DELETE FROM notes; END $$`,
		`SELECT 1; DELETE FROM notes`, `COMMIT; DELETE FROM notes`, `ROLLBACK; BEGIN; DELETE FROM notes; COMMIT`, `END; DELETE FROM notes`,
		`SELECT 1; COMMIT; DELETE FROM notes`, `/* a /* b */ COMMIT; */ COMMIT`, `SELECT '\'; COMMIT; DELETE FROM notes; --'`,
		`SET TRANSACTION READ WRITE`, `SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE`, `SET transaction_read_only = off`,
		`SET "transaction_read_only" = off`, `RESET transaction_read_only`, `SET default_transaction_read_only TO off`,
		`SET U&"\0074ransaction_read_only" = off`, `BEGIN READ WRITE`, `START TRANSACTION`, `PREPARE TRANSACTION 'x'`,
		`SELECT set_config('transaction_read_only', 'off', true), sneak()`,
		`COPY notes FROM STDIN`, `COPY notes TO PROGRAM 'true'`, `LOCK TABLE notes`, `NOTIFY x`, `LISTEN x`, `VACUUM notes`, `REINDEX TABLE notes`,
		`CLUSTER`, `ALTER SYSTEM SET work_mem = '1MB'`, `ALTER TABLE notes ADD COLUMN x int`, `DROP TABLE notes`, `DISCARD ALL`, `CHECKPOINT`,
		`GRANT SELECT ON notes TO PUBLIC`, `COMMENT ON TABLE notes IS 'x'`, `MERGE INTO notes USING (SELECT 1 AS id) s ON notes.id = s.id WHEN MATCHED THEN DELETE`,
	},
	sqlguard.MySQL: {
		insert, `UPDATE notes SET text = 'x'`, `DELETE FROM notes`, `REPLACE INTO notes VALUES (1, 'x')`, insert + ` RETURNING id`,
		`INSERT INTO crashing VALUES (1)`, `INSERT INTO notes (id, text) VALUES (1, 'x') ON DUPLICATE KEY UPDATE text = 'x'`,
		`CREATE TEMPORARY TABLE passing (id int)`, `SELECT NEXT VALUE FOR s`, `SELECT nextval(s)`, `SELECT setval(s, 50)`, `DO GET_LOCK('l', 0) + sneak()`,
		`SELECT id FROM notes FOR UPDATE`, `VALUES (sneak())`,
		`SELECT sneak()`, `DO sneak()`, `SET @x = sneak()`, `CALL sneaky()`, `BEGIN NOT ATOMIC DELETE FROM notes; END`,
		`TRUNCATE notes`, `DROP TABLE notes`, `CREATE TABLE other (id int)`, `ALTER TABLE notes ADD COLUMN x int`, `RENAME TABLE notes TO other`,
		`SELECT 1; COMMIT; DELETE FROM notes`, `COMMIT`, `ROLLBACK`, `BEGIN`, `START TRANSACTION READ WRITE`, `XA START 'x'`,
		`SET SESSION TRANSACTION READ WRITE`, `SET TRANSACTION READ WRITE`, `SET tx_read_only = 0`, `SET @@session.tx_read_only = 0`,
		"SET `tx_read_only` = 0", `SET @x = 1, tx_read_only = 0`, `SET @x = 1, @@tx_read_only = 0`, `SET autocommit = 1`, `SET STATEMENT max_statement_time = 1 FOR DELETE FROM notes`,
		`SELECT 'x' INTO OUTFILE '/tmp/guise-never'`, `SELECT 'x' INTO DUMPFILE '/tmp/guise-never'`, `LOAD DATA INFILE '/x' INTO TABLE notes`,
		`LOCK TABLES notes WRITE`, `UNLOCK TABLES`, `FLUSH TABLES`, `PREPARE p FROM 'COMMIT'`, `EXECUTE IMMEDIATE 'DELETE FROM notes'`,
		`ANALYZE DELETE FROM notes`, `ANALYZE TABLE notes`, `OPTIMIZE TABLE notes`, `HANDLER notes OPEN`, `KILL 1`, `GRANT SELECT ON notes TO x`,
		`/*! COMMIT */`, `/*M! COMMIT */`, `/*!99999 SELECT */ COMMIT`, "SELECT 1 --\x7f'\n; COMMIT; DELETE FROM notes; -- '", "# SELECT\nDELETE FROM notes", `SELECT '\'; COMMIT; -- '`,
	},
}

// harmless is what must go on working while nothing may be written.
var harmless = map[sqlguard.Engine][]string{
	sqlguard.SQLite: {`SELECT count(*) FROM notes`, `WITH a AS (SELECT 1) SELECT * FROM a`, `PRAGMA table_info(notes)`, `PRAGMA query_only`, `EXPLAIN SELECT 1`,
		`PRAGMA wal_autocheckpoint`, `PRAGMA trusted_schema`},
	sqlguard.Postgres: {`SELECT count(*) FROM notes`, `WITH a AS (SELECT 1) SELECT * FROM a`, `EXPLAIN ANALYZE SELECT * FROM notes`,
		`SHOW search_path`, `SET search_path = public`, `SELECT set_config('app.user', '7', false)`, `SELECT $$; COMMIT$$`, `SELECT '; COMMIT'`,
		`SELECT set_config('app.user', 7::bigint::text, false) AS set`, `SET app.write = '1'`},
	sqlguard.MySQL: {`SELECT count(*) FROM notes`, `WITH a AS (SELECT 1) SELECT * FROM a`, `SHOW TABLES`, `EXPLAIN SELECT * FROM notes`,
		"SELECT 1 AS `outfile`", `SET @role = (SELECT 1 AS role)`, `SET TRANSACTION ISOLATION LEVEL READ COMMITTED`, `ANALYZE SELECT 1`,
		`SET @x = 1`, `SET @role = 1, @password = 'x'`, `SELECT '; COMMIT'`, `SELECT 1 /* COMMIT */`},
}

func TestReadOnly_EveryWayAroundIsRefused(t *testing.T) {
	each(t, func(t *testing.T, e engine, guarded, plain *sql.DB) {
		ctx, before := acting(t, guise.ReadOnly), contents(t, plain)
		for _, attempt := range attempts[e.kind] {
			c := connection(t, guarded)
			_, err := c.ExecContext(ctx, attempt)
			mustRefuse(t, "exec "+attempt, err)
			if queryAll(ctx, c, attempt) == nil { // a driver's own refusal will do: not all take two statements
				t.Errorf("query %s: was let through", attempt)
			}
			// Whatever it did to the connection, the next write is refused too.
			_, err = c.ExecContext(ctx, insert)
			mustRefuse(t, "after "+attempt, err)
			c.Close()
			if after := contents(t, plain); after != before {
				t.Fatalf("%s changed the data to\n%s", attempt, after)
			}
		}
	})
}

// TestReadOnly_ARefusalIsNobodyElses: whoever gets the connection next can write,
// and what they write stays.
func TestReadOnly_ARefusalIsNobodyElses(t *testing.T) {
	each(t, func(t *testing.T, e engine, guarded, plain *sql.DB) {
		guarded.SetMaxOpenConns(1)
		ctx := acting(t, guise.ReadOnly)
		for _, attempt := range attempts[e.kind] {
			_, err := guarded.ExecContext(ctx, attempt)
			mustRefuse(t, attempt, err)
			before := contents(t, plain)
			if _, err := guarded.ExecContext(t.Context(), insert); err != nil {
				t.Fatalf("after %s nobody can write: %v", attempt, err)
			}
			if contents(t, plain) == before {
				t.Fatalf("after %s what others write is lost", attempt)
			}
			tx, err := guarded.BeginTx(t.Context(), nil)
			if err != nil {
				t.Fatalf("after %s nobody can begin a transaction: %v", attempt, err)
			}
			_, err = tx.ExecContext(t.Context(), "DELETE FROM notes WHERE text = 'new'")
			if err = errors.Join(err, tx.Commit()); err != nil || contents(t, plain) != before {
				t.Fatalf("after %s a transaction of others comes to nothing: %v", attempt, err)
			}
		}
	})
}

func TestReadOnly_ReadingGoesOn(t *testing.T) {
	each(t, func(t *testing.T, e engine, guarded, _ *sql.DB) {
		ctx, c := acting(t, guise.ReadOnly), connection(t, guarded)
		for _, query := range harmless[e.kind] {
			if err := queryAll(ctx, c, query); err != nil {
				t.Errorf("%s: %v", query, err)
			}
		}
	})
}
