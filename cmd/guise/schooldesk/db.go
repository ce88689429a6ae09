package schooldesk

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"modernc.org/sqlite" // the driver "sqlite", without cgo
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/guise-go/guise/cmd/guise/internal/database"
	"github.com/guise-go/guise/sqlguard"
	"github.com/guise-go/guise/sqlstore"
)

// DatabaseFile is the one file in the data folder; SQLite keeps its journal beside it.
const DatabaseFile = "schooldesk.db"

// ErrData is a data folder that can't be used.
var ErrData = errors.New("cannot use the data folder")

// openDB opens the database in the folder dir, creating both where missing.
func openDB(ctx context.Context, dir string) (handle, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return handle{}, fmt.Errorf("%w: %w", ErrData, err)
	}
	file, err := filepath.Abs(filepath.Join(dir, DatabaseFile))
	if err != nil {
		return handle{}, fmt.Errorf("%w %s: %w", ErrData, dir, err)
	}
	db, err := sql.Open("sqlite", dataSource(file))
	if err != nil {
		return handle{}, fmt.Errorf("%w: %s: %w", ErrData, file, err)
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	if err := makeTables(ctx, db); err != nil {
		db.Close()
		return handle{}, fmt.Errorf("%w: %s: %w", ErrData, file, err)
	}
	return handle{db, engineOf(sqlstore.SQLite)}, nil
}

// openBoth opens the database twice: as it is, and guarded. On the guarded
// handle a read-only impersonation can't write, whatever page it opens.
func openBoth(ctx context.Context, o Options) (own, guarded handle, err error) {
	if o.Server != (database.Address{}) {
		return openServer(ctx, o.Server)
	}
	if own, err = openDB(ctx, o.Data); err != nil {
		return handle{}, handle{}, err
	}
	file, err := filepath.Abs(filepath.Join(o.Data, DatabaseFile))
	guarded.engine = own.engine
	if err == nil {
		guarded.DB, err = sqlguard.Open("sqlite", dataSource(file), sqlguard.SQLite)
	}
	if err != nil {
		own.Close()
		return handle{}, handle{}, fmt.Errorf("%w %s: %w", ErrData, o.Data, err)
	}
	guarded.SetMaxOpenConns(connections)
	guarded.SetMaxIdleConns(connections)
	return own, guarded, nil
}

// makeTables makes what is missing. When several processes open a new database
// at the same moment, one of them turns the write-ahead log on, and SQLite tells
// the others that it is busy at once, whatever busy_timeout says.
func makeTables(ctx context.Context, db *sql.DB) error {
	patience := time.After(busyTimeout)
	for {
		_, err := db.ExecContext(ctx, schemaSQLite)
		if failed, ok := errors.AsType[*sqlite.Error](err); !ok || failed.Code()&0xff != sqlite3.SQLITE_BUSY {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-patience:
			return err
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// busyTimeout is how long one writer waits for another.
const busyTimeout = 10 * time.Second

// dataSource names the file and how to use it. A transaction takes the write
// lock at its start, so that two writers queue for at most busy_timeout instead
// of failing half-way. synchronous FULL makes a commit survive a power cut:
// Guise's log lives in this file, and an impersonation must be on record before
// it begins.
func dataSource(file string) string {
	q := url.Values{
		"_txlock": {"immediate"},
		"_pragma": {
			fmt.Sprintf("busy_timeout(%d)", busyTimeout.Milliseconds()),
			"journal_mode(WAL)",
			"synchronous(FULL)",
			"foreign_keys(1)",
		},
	}
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(file), RawQuery: q.Encode()}).String()
}
