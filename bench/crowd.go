package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"

	"github.com/guise-go/guise/bench/people"
	"github.com/guise-go/guise/internal/databases"
	"github.com/guise-go/guise/sqlguard"
	"github.com/guise-go/guise/sqlstore"
	"github.com/guise-go/guise/sqlusers"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"
)

// engine is a database system that rows are measured on.
type engine struct {
	key, name string // "postgres", "PostgreSQL"
	sqlusers  sqlusers.Engine
	sqlstore  sqlstore.Engine
	// readTarget is how many reads by primary key a request may take longer
	// while impersonating. A read from SQLite is no more than a function call.
	readTarget target
	sqlguard   sqlguard.Engine
	// create makes an empty database, and says what sql.Open takes to open it.
	create func(context.Context, *lab, string) (source, error)
	// fill writes the crowd into the table users, settle has the engine see how
	// much there is.
	fill   func(context.Context, *sql.DB, people.Crowd) error
	settle []string
	// like is the scan that an application has which knows no better: the
	// condition for one column, with the placeholder in it.
	like        string
	placeholder func(n int) string
}

func questionMark(int) string { return "?" }

var (
	sqliteEngine = engine{
		key: "sqlite", name: "SQLite", sqlusers: sqlusers.SQLite, sqlstore: sqlstore.SQLite, sqlguard: sqlguard.SQLite, readTarget: atMost(5), create: createSQLite, fill: insertAll(1),
		settle: []string{"ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)"}, like: "%s LIKE %s", placeholder: questionMark,
	}
	postgresEngine = engine{
		key: "postgres", name: "PostgreSQL", sqlusers: sqlusers.Postgres, sqlstore: sqlstore.Postgres, sqlguard: sqlguard.Postgres, readTarget: atMost(2.5), create: createPostgres, fill: copyAll,
		settle: []string{"VACUUM ANALYZE users"}, like: "%s ILIKE %s", placeholder: func(n int) string { return fmt.Sprint("$", n) },
	}
	mysqlEngine = engine{
		key: "mysql", name: "MariaDB", sqlusers: sqlusers.MySQL, sqlstore: sqlstore.MySQL, sqlguard: sqlguard.MySQL, readTarget: atMost(2.5), create: createMySQL, fill: insertAll(1000),
		settle: []string{"ANALYZE TABLE users"}, like: "%s LIKE %s", placeholder: questionMark,
	}
	engines = []engine{sqliteEngine, postgresEngine, mysqlEngine}
)

// source is what sql.Open takes.
type source struct{ driver, dsn string }

// database is an empty database of the engine, closed and gone at the end of
// the run.
func (e engine) database(ctx context.Context, l *lab, name string) (*sql.DB, error) {
	from, err := e.create(ctx, l, name)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open(from.driver, from.dsn)
	if err != nil {
		return nil, err
	}
	l.atEnd(db.Close)
	var version string
	query := "SELECT version()"
	if e.key == "sqlite" {
		query = "SELECT sqlite_version()"
	}
	if err := db.QueryRowContext(ctx, query).Scan(&version); err != nil {
		return nil, err
	}
	version = strings.TrimPrefix(version, "PostgreSQL ")
	l.versions[e.name], _, _ = strings.Cut(version, " ")
	return db, nil
}

func createSQLite(_ context.Context, l *lab, name string) (source, error) {
	folder, err := l.folder()
	return source{"sqlite", "file:" + filepath.Join(folder, name+".db") +
		"?_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_pragma=cache_size(-64000)&_txlock=immediate"}, err
}

func createPostgres(ctx context.Context, l *lab, name string) (source, error) {
	return createOn(ctx, l, name, databases.RunPostgres)
}

func createMySQL(ctx context.Context, l *lab, name string) (source, error) {
	return createOn(ctx, l, name, databases.RunMySQL)
}

// createOn makes a database on the run's one server of a kind, which keeps what
// it commits as it would in production.
func createOn(ctx context.Context, l *lab, name string, start func(...databases.Option) (*databases.Server, error)) (from source, err error) {
	server, err := shared(l, fmt.Sprintf("server %p", start), func() (*databases.Server, error) {
		var options []databases.Option
		if !l.quick { // whether it works has no need of that
			options = []databases.Option{databases.Durable, databases.Roomy}
		}
		server, err := start(options...)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errLeftOut, err)
		}
		l.atEnd(server.Close)
		return server, nil
	})
	if err != nil {
		return source{}, err
	}
	db, err := server.Create(ctx, name)
	if err != nil {
		return source{}, err
	}
	from.driver, from.dsn, err = server.Source(name)
	return from, errors.Join(err, db.Close())
}

// users is a database with the crowd in a table as many applications have it,
// and the index that Guise proposes.
func (e engine) users(ctx context.Context, l *lab) (*sql.DB, error) {
	return e.usersOf(ctx, l, l.crowd().N)
}

// usersOf is one of so many.
func (e engine) usersOf(ctx context.Context, l *lab, n int) (*sql.DB, error) {
	name := fmt.Sprint("users", n)
	return shared(l, name+" "+e.key, func() (*sql.DB, error) {
		db, err := e.database(ctx, l, name)
		if err != nil {
			return nil, err
		}
		statements := []string{
			`CREATE TABLE users (id INTEGER PRIMARY KEY, username VARCHAR(100) NOT NULL, name VARCHAR(100) NOT NULL, email VARCHAR(100),
				school_id INTEGER NOT NULL, is_active BOOLEAN NOT NULL, is_staff BOOLEAN NOT NULL, is_superuser BOOLEAN NOT NULL)`,
		}
		if err := execute(ctx, db, statements...); err != nil {
			return nil, err
		}
		if err := e.fill(ctx, db, people.Crowd{Seed: seed, N: n}); err != nil {
			return nil, err
		}
		if err := execute(ctx, db, "CREATE INDEX users_school ON users (school_id)"); err != nil {
			return nil, err
		}
		d, err := e.directory(db)
		if err != nil {
			return nil, err
		}
		index, err := d.IndexStatements()
		if err != nil && !errors.Is(err, sqlusers.ErrNoIndex) {
			return nil, err
		}
		if err := execute(ctx, db, index...); err != nil {
			return nil, err
		}
		return db, execute(ctx, db, e.settle...)
	})
}

// directory is Guise's, over users.
func (e engine) directory(db *sql.DB) (*sqlusers.Directory, error) {
	return sqlusers.New(db, sqlusers.Config{
		Engine: e.sqlusers, Table: "users", ID: "id", Username: "username", Name: "name", Email: "email", Tenant: "school_id",
		Active: "is_active", Staff: "is_staff", Superuser: "is_superuser", Logger: slog.New(slog.DiscardHandler),
	})
}

func execute(ctx context.Context, db *sql.DB, statements ...string) error {
	for _, statement := range statements {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%w in %s", err, statement)
		}
	}
	return nil
}

func values(p people.Person) []any {
	email := sql.NullString{String: p.Email, Valid: p.Email != ""}
	return []any{p.ID, p.Username, p.Name, email, p.Tenant, p.Active, p.Staff, p.Superuser}
}

// insertAll fills the table by so many rows a statement, in one transaction.
func insertAll(rows int) func(context.Context, *sql.DB, people.Crowd) error {
	return func(ctx context.Context, db *sql.DB, crowd people.Crowd) error {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback() // does nothing after Commit
		some := func(n int) string {
			return "INSERT INTO users VALUES " + strings.TrimSuffix(strings.Repeat("(?, ?, ?, ?, ?, ?, ?, ?), ", n), ", ")
		}
		insert, err := tx.PrepareContext(ctx, some(rows))
		if err != nil {
			return err
		}
		var args []any
		for id := 1; id <= crowd.N; id++ {
			args = append(args, values(crowd.At(id))...)
			if id%rows == 0 {
				if _, err := insert.ExecContext(ctx, args...); err != nil {
					return err
				}
				args = args[:0]
			}
		}
		if rest := crowd.N % rows; rest > 0 {
			if _, err := tx.ExecContext(ctx, some(rest), args...); err != nil {
				return err
			}
		}
		return tx.Commit()
	}
}

// copyAll fills the table by PostgreSQL's COPY.
func copyAll(ctx context.Context, db *sql.DB, crowd people.Crowd) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(driver any) error {
		columns := []string{"id", "username", "name", "email", "school_id", "is_active", "is_staff", "is_superuser"}
		id := 0
		_, err := driver.(*stdlib.Conn).Conn().CopyFrom(ctx, pgx.Identifier{"users"}, columns, pgx.CopyFromFunc(func() ([]any, error) {
			if id++; id > crowd.N {
				return nil, nil
			}
			return values(crowd.At(id)), nil
		}))
		return err
	})
}
