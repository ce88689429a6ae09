package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the driver "sqlite", without cgo

	"github.com/guise-go/guise/sqlguard"
	"github.com/guise-go/guise/sqlstore"
)

// Option changes how a database is opened.
type Option int

const (
	// Create makes the file of an SQLite database where it is missing. Without it
	// a missing file is an error, so that a slip in a path shows.
	Create Option = iota + 1
	// Guarded makes a handle on which a read-only impersonation can't write; see
	// sqlguard.
	Guarded
)

const (
	// busyTimeout is how long one connection to SQLite waits for another.
	busyTimeout = 10 * time.Second
	// dialTimeout is how long a server may take to answer at all.
	dialTimeout = 10 * time.Second
)

// Open returns a handle on the database, which has answered. Its error does
// not quote the password.
func (a Address) Open(ctx context.Context, options ...Option) (*sql.DB, error) {
	db, err := a.handle(options)
	if err != nil {
		return nil, fmt.Errorf("cannot open %s: %w", a, err)
	}
	bounded, cancel := context.WithTimeout(ctx, dialTimeout+busyTimeout)
	defer cancel()
	if err := db.PingContext(bounded); err != nil {
		_ = db.Close() // nothing was done with it
		return nil, fmt.Errorf("cannot open %s: %w", a, err)
	}
	return db, nil
}

func (a Address) handle(options []Option) (*sql.DB, error) {
	var connector driver.Connector
	var err error
	switch a.Engine {
	case sqlstore.SQLite:
		return openSQLite(a.File, options)
	case sqlstore.Postgres:
		connector, err = connectorPostgres(a.url)
	case sqlstore.MySQL:
		connector, err = connectorMySQL(a.url)
	default:
		err = errors.New("it is the address of nothing; use Parse")
	}
	if err != nil {
		return nil, err
	}
	if slices.Contains(options, Guarded) {
		connector = sqlguard.New(connector, sqlguard.Engine(a.Engine))
	}
	return sql.OpenDB(connector), nil
}

// openSQLite leaves the journal's mode as it is: that is the application's. A
// transaction takes the write lock at its start, so that two writers queue
// instead of failing half-way.
func openSQLite(path string, options []Option) (*sql.DB, error) {
	mode := "rw"
	if slices.Contains(options, Create) {
		mode = "rwc"
	}
	switch info, err := os.Stat(path); {
	case err == nil && info.IsDir():
		return nil, errors.New("it is a folder")
	case mode == "rw" && errors.Is(err, fs.ErrNotExist):
		return nil, errors.New("there is no such file")
	case mode == "rw" && err != nil:
		return nil, err
	}
	file, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	q := url.Values{
		"mode":    {mode},
		"_txlock": {"immediate"},
		"_pragma": {fmt.Sprintf("busy_timeout(%d)", busyTimeout.Milliseconds()), "foreign_keys(1)"},
	}
	source := (&url.URL{Scheme: "file", Path: filepath.ToSlash(file), RawQuery: q.Encode()}).String()
	open := func() (*sql.DB, error) { return sql.Open("sqlite", source) }
	if slices.Contains(options, Guarded) {
		open = func() (*sql.DB, error) { return sqlguard.Open("sqlite", source, sqlguard.SQLite) }
	}
	db, err := open()
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(8)
	db.SetMaxIdleConns(8)
	return db, nil
}

func connectorPostgres(address *url.URL) (driver.Connector, error) {
	config, err := pgx.ParseConfig(address.String())
	if err != nil {
		return nil, err // pgx leaves the password out
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = dialTimeout
	}
	setDefault(config.RuntimeParams, "application_name", "guise")
	if !address.Query().Has("default_query_exec_mode") {
		// Statements without names have a plan for each text that is looked for: one
		// for all texts would look at every user. And unlike those with names, or a
		// setting, a pooler takes them.
		config.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	}
	return stdlib.GetConnector(*config), nil
}

// connectorMySQL keeps to utf8mb4, in which the driver speaks by itself. A
// parameter socket is a file to connect to instead of the host.
func connectorMySQL(address *url.URL) (driver.Connector, error) {
	q := address.Query()
	socket := q.Get("socket")
	q.Del("socket")
	config, err := mysql.ParseDSN("/?" + q.Encode())
	if err != nil {
		return nil, fmt.Errorf("its parameters: %w", err)
	}
	config.User = address.User.Username()
	config.Passwd, _ = address.User.Password()
	config.DBName = strings.TrimPrefix(address.Path, "/")
	config.Net, config.Addr = "tcp", address.Host
	switch {
	case socket != "":
		config.Net, config.Addr = "unix", socket
	case address.Port() == "":
		config.Addr = net.JoinHostPort(address.Hostname(), "3306")
	}
	config.Logger = &mysql.NopLogger{} // its errors come back, and are said once
	if config.Timeout == 0 {
		config.Timeout = dialTimeout
	}
	return mysql.NewConnector(config)
}

func setDefault(settings map[string]string, name, value string) {
	if _, set := settings[name]; !set {
		settings[name] = value
	}
}
