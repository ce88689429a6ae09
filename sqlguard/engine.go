package sqlguard

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/guise-go/guise/internal/errtext"
)

// Engine names a database system.
type Engine string

// The engines. Each works with any driver for database/sql.
const (
	SQLite   Engine = "sqlite"   // SQLite 3.8 or newer
	Postgres Engine = "postgres" // PostgreSQL 12 or newer
	MySQL    Engine = "mysql"    // MariaDB 10.5 or newer, or MySQL 8.0 or newer
)

// dialect is what differs between the engines.
type dialect struct {
	// setting says that a connection is held by PRAGMA query_only; otherwise
	// statements are held by brackets.
	setting bool
	// begin and end are the bracket around a statement outside of a transaction.
	begin, end string
	// enter and leave are the bracket inside a transaction that was begun to
	// write; empty where there is none.
	enter, leave string
	// undoes says that a read-only transaction is rolled back at its end.
	undoes bool
	// calls, where it is set, reports whether the server may run a function of the
	// application's as it prepares a statement.
	calls func(statement) bool
	// mayBeManual says that connections may begin a transaction with every statement.
	mayBeManual bool
	// locate finds out what transaction a connection is in.
	locate func(context.Context, *conn) (transaction, error)
	// lexings are the ways in which the server may read a text, by its
	// settings; those after the first matter where there is a backslash.
	lexings []lexing
	// judge says what is to become of one statement of a text.
	judge func(statement) verdict
	// refused reports whether an error is the database's refusal to write.
	refused func(error) bool
}

var dialects = map[Engine]*dialect{
	SQLite: {
		setting: true,
		lexings: sqliteLexings, judge: judgeSQLite, refused: sqliteRefused,
	},
	Postgres: {
		begin: "BEGIN READ ONLY", end: "ROLLBACK",
		// Leaving the subtransaction in which it was set lifts READ ONLY again.
		enter:  "SAVEPOINT guise_guard; SET TRANSACTION READ ONLY",
		leave:  "ROLLBACK TO SAVEPOINT guise_guard; RELEASE SAVEPOINT guise_guard",
		undoes: true, locate: locatePostgres, lexings: postgresLexings, judge: judgePostgres, refused: postgresRefused,
	},
	MySQL: {
		begin: "START TRANSACTION READ ONLY",
		end:   "ROLLBACK AND NO CHAIN NO RELEASE", // whatever completion_type says
		calls: callsMySQL, mayBeManual: true, locate: locateMySQL, lexings: mysqlLexings, judge: judgeMySQL, refused: mysqlRefused,
	},
}

func dialectOf(engine Engine) (*dialect, error) {
	if d, ok := dialects[engine]; ok {
		return d, nil
	}
	return nil, fmt.Errorf("sqlguard: engine %q; it must be %q, %q or %q", engine, SQLite, Postgres, MySQL)
}

// sqliteRefused knows SQLITE_READONLY by its code, which modernc.org/sqlite and
// ncruces/go-sqlite3 provide, or by its text, which is SQLite's own.
func sqliteRefused(err error) bool {
	var coded interface{ Code() int }
	if errors.As(err, &coded) {
		return coded.Code()&0xff == 8
	}
	return errtext.Fits(err, sqliteReadOnly)
}

// postgresRefused knows, by the codes that the usual drivers provide alike, the
// refusal to write (read_only_sql_transaction), to make the transaction writable
// or to run in one at all (active_sql_transaction), and to end it from within
// (invalid_transaction_termination).
func postgresRefused(err error) bool { return hasState(err, "25006", "25001", "2D000") }

// What PostgreSQL says of a statement by the transaction it stands in.
const (
	noTransaction       = "25P01"
	inFailedTransaction = "25P02"
)

// hasState reports whether an error of PostgreSQL's has one of the codes.
func hasState(err error, codes ...string) bool {
	var coded interface{ SQLState() string }
	return errors.As(err, &coded) && slices.Contains(codes, coded.SQLState())
}

// mysqlRefused knows ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION. The usual driver
// has no method for the number, but has it in the text.
func mysqlRefused(err error) bool { return errtext.Fits(err, mysqlReadOnly) }

var (
	sqliteReadOnly = regexp.MustCompile(`^attempt to write a readonly database`)
	mysqlReadOnly  = regexp.MustCompile(`^Error 1792\b`)
)
