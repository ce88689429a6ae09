package schooldesk

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/guise-go/guise/cmd/guise/internal/database"
	"github.com/guise-go/guise/sqlstore"
)

// marker is the table by which School Desk knows its database on a server.
const marker = "schooldesk_generated"

// connections is how many each of the two handles holds at most.
const connections = 8

// openServer opens a server's database twice: as it is, and guarded.
func openServer(ctx context.Context, at database.Address) (own, guarded handle, err error) {
	var opened [2]*sql.DB
	for i, options := range [][]database.Option{nil, {database.Guarded}} {
		if opened[i], err = at.Open(ctx, options...); err != nil {
			break
		}
		opened[i].SetMaxOpenConns(connections)
		opened[i].SetMaxIdleConns(connections)
		opened[i].SetConnMaxLifetime(3 * time.Minute) // shorter than what servers and firewalls cut
	}
	if err != nil {
		if opened[0] != nil {
			_ = opened[0].Close() // nothing was done with it
		}
		return handle{}, handle{}, err
	}
	e := engineOf(at.Engine)
	return handle{opened[0], e}, handle{opened[1], e}, nil
}

// exclusively runs work in a transaction, on a database that has its tables,
// while no other demo does the same: of several that are started at once, one
// makes the data and the others find it.
func (h handle) exclusively(ctx context.Context, work func(*sql.Tx) error) error {
	conn, err := h.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if h.engine.name == sqlstore.MySQL { // its tables are made outside of transactions
		unlock, err := lockMySQL(ctx, conn)
		if err != nil {
			return err
		}
		defer unlock()
		if err := h.engine.makeOwnTables(ctx, conn); err != nil {
			return err
		}
	}
	tx, err := conn.BeginTx(ctx, nil) // SQLite's is the lock
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if h.engine.name == sqlstore.Postgres {
		if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtext('School Desk'))`); err != nil {
			return err
		}
		if err := h.engine.makeOwnTables(ctx, tx); err != nil {
			return err
		}
	}
	if err := work(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// preparing names the lock. Neither FIPS nor MySQL 9.6 has MD5 and SHA-1.
const preparing = `left(sha2(concat(database(), ' School Desk'), 256), 40)`

// lockMySQL waits for the lock, whose name holds for the whole server. It goes
// with the connection, should the process die.
func lockMySQL(ctx context.Context, conn *sql.Conn) (unlock func(), err error) {
	var got sql.NullInt64
	err = conn.QueryRowContext(ctx, `SELECT GET_LOCK(`+preparing+`, 60)`).Scan(&got)
	if err == nil && got.Int64 != 1 {
		err = errors.New("another demo has been preparing the same database for a minute")
	}
	if err != nil {
		return nil, err
	}
	return func() {
		// A connection that is broken has no lock any more.
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), `DO RELEASE_LOCK(`+preparing+`)`)
	}, nil
}

// session is a connection or a transaction.
type session interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// makeOwnTables makes what is missing, in a server's database that is empty or
// School Desk's already. In any other it would add people to a table users that
// is somebody else's, so that is refused.
func (e engine) makeOwnTables(ctx context.Context, s session) error {
	there, err := e.tables(ctx, s)
	if err != nil {
		return err
	}
	if !there[marker] {
		for _, table := range []string{
			"schools", "users", "courses", "lessons", "enrolments", "saved_views", "notes", "tickets", "sessions",
		} {
			if there[table] {
				return fmt.Errorf("the database has a table %s that is not School Desk's; give the demo a database of its own", table)
			}
		}
	}
	for statement := range strings.SplitSeq(e.schema, ";\n") {
		if strings.TrimSpace(statement) == "" {
			continue
		}
		if _, err := s.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("making School Desk's tables: %w", err)
		}
	}
	return nil
}

func (e engine) tables(ctx context.Context, s session) (map[string]bool, error) {
	here := map[sqlstore.Engine]string{sqlstore.Postgres: "current_schema()", sqlstore.MySQL: "database()"}[e.name]
	rows, err := s.QueryContext(ctx, `SELECT table_name FROM information_schema.tables WHERE table_schema = `+here)
	if err != nil {
		return nil, fmt.Errorf("listing the database's tables: %w", err)
	}
	defer rows.Close()
	found := map[string]bool{}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, fmt.Errorf("listing the database's tables: %w", err)
		}
		found[name] = true
	}
	return found, rows.Err()
}
