package sqlstore

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/guise-go/guise"
)

// postgresError is an error as PostgreSQL drivers return it.
type postgresError string

func (e postgresError) Error() string    { return "engine error " + string(e) }
func (e postgresError) SQLState() string { return string(e) }

// undoneRows are errors, and whether the engine undid the transaction, which
// then has to be repeated.
var undoneRows = map[string]struct {
	engine Engine
	err    error
	again  bool
}{
	"serialization failure": {Postgres, postgresError("40001"), true},
	"deadlock":              {Postgres, postgresError("40P01"), true},
	"lock timeout":          {Postgres, fmt.Errorf("driver: %w", postgresError("55P03")), true},
	"unique violation":      {Postgres, postgresError("23505"), false},
	"a text like a code":    {Postgres, errors.New("40001"), false},
	"MySQL: lock timeout":   {MySQL, errors.New("Error 1205 (HY000): Lock wait timeout exceeded"), true},
	"MySQL: deadlock":       {MySQL, errors.New("Error 1213: Deadlock found"), true},
	"MySQL: row changed":    {MySQL, fmt.Errorf("driver: %w", errors.Join(errors.New("x"), errors.New("Error 1020 (HY000): Record has changed"))), true},
	"MySQL: duplicate":      {MySQL, errors.New("Error 1062 (23000): Duplicate entry 'Error 1205'"), false},
	"MySQL: another number": {MySQL, errors.New("Error 12050: x"), false},
}

// TestUndone_IsDoneAgainWhole: it is never repeated from the middle, and a COMMIT
// never alone, which would succeed with nothing to commit.
func TestUndone_IsDoneAgainWhole(t *testing.T) {
	for name, row := range undoneRows {
		for _, statement := range []string{"START TRANSACTION", "BEGIN", "SELECT seq", "INSERT INTO guise_events", "UPDATE guise_head", "COMMIT"} {
			t.Run(name+" at "+statement, func(t *testing.T) {
				f, store := newFakeOf(t, row.engine)
				store.dialect.atOnce = atOnce{}
				if !strings.HasPrefix(store.dialect.begin, statement) && (statement == "BEGIN" || statement == "START TRANSACTION") {
					return // the other engine's
				}
				f.fail = failing(statement, 3, row.err)
				err := store.Append(t.Context(), note())
				if row.again && err != nil || !row.again && !errors.Is(err, row.err) {
					t.Errorf("Append: %v; tried again: %v", err, row.again)
				}
				begun, tries := f.count(store.dialect.begin[:5]), 1
				if row.again {
					tries = 4
				}
				if begun != tries || f.count(statement) != tries || f.count("COMMIT") > begun {
					t.Errorf("it began %d times, tried %d times; want %d; run: %q", begun, f.count(statement), tries, f.statements)
				}
			})
		}
		t.Run(name+" at a read", func(t *testing.T) {
			f, store := newFakeOf(t, row.engine)
			f.fail = failing("SELECT", 3, row.err)
			if _, err := store.Running(t.Context(), "", 1); (err == nil) != row.again {
				t.Errorf("Running: %v; tried again: %v", err, row.again)
			}
		})
	}
}

func TestUndone_PatienceEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, store := newFakeOf(t, Postgres)
		store.dialect.atOnce = atOnce{}
		f.fail = failing("SELECT seq", 1_000_000, postgresError("55P03"))
		began := time.Now()
		err := store.Append(t.Context(), note())
		if !errors.Is(err, postgresError("55P03")) || strings.Count(err.Error(), "10s") != 1 {
			t.Errorf("Append while another never ends: %v; want an error that says how long it waited", err)
		}
		if waited := time.Since(began); waited != defaultPatience {
			t.Errorf("it waited %v; want %v", waited, defaultPatience)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began = time.Now()
		if err := store.Append(ctx, note()); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Second {
			t.Errorf("Append with a second: %v after %v; want context.DeadlineExceeded after 1s", err, time.Since(began))
		}
	})
}

// TestUndone_PatienceIsForOthers: what the store itself does may take longer.
func TestUndone_PatienceIsForOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, store := newFakeOf(t, Postgres)
		store.dialect.atOnce = atOnce{}
		f.fail = func(statement string) error {
			if strings.HasPrefix(statement, "INSERT") {
				time.Sleep(2 * defaultPatience)
			}
			return nil
		}
		if err := store.Append(t.Context(), note()); err != nil || f.count("COMMIT") != 1 {
			t.Errorf("Append of what takes long: %v", err)
		}
	})
}

// TestLostConnections are tried again where nothing has happened yet.
func TestLostConnections(t *testing.T) {
	gone := &net.OpError{Op: "read", Err: errors.New("connection reset by peer")}
	for name, row := range map[string]struct {
		statement string
		err       error
		times     int
		wantErr   bool
	}{
		"at begin":                    {"BEGIN", io.ErrUnexpectedEOF, 2, false},
		"at begin, by the network":    {"BEGIN", gone, 2, false},
		"at begin, always":            {"BEGIN", io.EOF, 99, true},
		"at the first statement":      {"SELECT seq", io.ErrUnexpectedEOF, 1, true},
		"at commit":                   {"COMMIT", driver.ErrBadConn, 1, true},
		"at begin, by another reason": {"BEGIN", errors.New("broken"), 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			f, store := newFakeOf(t, Postgres)
			store.dialect.atOnce = atOnce{}
			f.fail = failing(row.statement, row.times, row.err)
			err := store.Append(t.Context(), note())
			if (err != nil) != row.wantErr || row.wantErr && !errors.Is(err, row.err) {
				t.Errorf("Append: %v; want an error: %v", err, row.wantErr)
			}
			if n := f.count("BEGIN"); n > 2*connectionTries {
				t.Errorf("it tried %d connections", n)
			}
		})
	}
	f, store := newFakeOf(t, Postgres)
	f.fail = failing("SELECT", 2, io.ErrUnexpectedEOF)
	if _, err := store.Running(t.Context(), "", 1); err != nil {
		t.Errorf("a read on lost connections: %v; want it tried on another", err)
	}
}

// TestMySQL_IsStrictWhileItWrites: else a text that is too long would be cut off.
func TestMySQL_IsStrictWhileItWrites(t *testing.T) {
	for modes, want := range map[string]bool{"": true, "ANSI,NO_ZERO_DATE": true, "STRICT_TRANS_TABLES": false, "ANSI,STRICT_ALL_TABLES": false} {
		f, store := newFakeOf(t, MySQL)
		f.modes = modes
		if err := store.Append(t.Context(), note()); err != nil {
			t.Fatal(err)
		}
		if n := f.count("SET SESSION sql_mode"); want && n != 2 || !want && n != 0 {
			t.Errorf("with sql_mode %q it was set %d times; run: %q", modes, n, f.statements)
		}
	}
}

// TestUnfit_IsInNoRow: a text that can't be stored is never found, and no engine
// is asked for it, because some would make it an error.
func TestUnfit_IsInNoRow(t *testing.T) {
	f, store := newFakeOf(t, Postgres)
	for _, text := range []string{"nul \x00", "\xff"} {
		if _, err := store.Impersonation(t.Context(), text); !errors.Is(err, guise.ErrNotFound) {
			t.Errorf("Impersonation(%q): %v; want ErrNotFound", text, err)
		}
		if page, err := store.Impersonations(t.Context(), guise.LogQuery{Text: text}); err != nil || len(page.Impersonations) > 0 {
			t.Errorf("Impersonations with Text %q: %v, %v; want none", text, page, err)
		}
	}
	if len(f.statements) > 0 {
		t.Errorf("the database was asked %q", f.statements)
	}
	if ended, err := store.Ended(t.Context(), []string{"\xff", "imp-1"}); err != nil || len(ended) != 2 {
		t.Errorf("Ended: %q, %v; want both: what can't be stored is unknown", ended, err)
	}
}
