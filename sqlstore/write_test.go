package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/guise-go/guise"
)

// sqliteError is an error as SQLite drivers return it.
type sqliteError int

func (e sqliteError) Error() string { return fmt.Sprintf("engine error %d", int(e)) }
func (e sqliteError) Code() int     { return int(e) }

// failing makes statements with this beginning fail, this many times.
func failing(beginning string, times int, err error) func(string) error {
	return func(statement string) error {
		if times > 0 && strings.HasPrefix(statement, beginning) {
			times--
			return err
		}
		return nil
	}
}

func note() guise.Event { return guise.Event{Kind: guise.KindNote, Note: "a note"} }

// TestP1_Durable_HeadFirst: the order is the promise. The setting can't be
// changed within a transaction, and the head is read before anything else, so
// that writers queue for it on every engine.
func TestP1_Durable_HeadFirst(t *testing.T) {
	f, store := newFake(t)
	// The one in the way must not make the store forget the application's setting.
	f.fail = failing("BEGIN", 2, sqliteError(5))
	if err := store.Append(t.Context(), note()); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"PRAGMA synchronous", "PRAGMA synchronous = FULL", "BEGIN", "BEGIN", "BEGIN", "UPDATE guise_head SET seq = seq ",
		"SELECT seq, hash FROM guise_head", "INSERT INTO guise_events (seq, t", "UPDATE guise_head SET seq = ?, h", "COMMIT",
		"PRAGMA synchronous = 1",
	}
	if !slices.Equal(f.statements, want) {
		t.Errorf("a write runs\n%s\nwant\n%s", strings.Join(f.statements, "\n"), strings.Join(want, "\n"))
	}
}

// TestP1_CancelledBeforeCommit: an error to the caller means that nothing is stored.
func TestP1_CancelledBeforeCommit(t *testing.T) {
	f, store := newFake(t)
	ctx, cancel := context.WithCancel(t.Context())
	f.fail = func(statement string) error {
		if strings.HasPrefix(statement, "UPDATE guise_head") {
			cancel()
		}
		return nil
	}
	if err := store.Append(ctx, note()); !errors.Is(err, context.Canceled) || f.count("COMMIT") != 0 || f.count("ROLLBACK") != 1 {
		t.Errorf("Append: %v; run: %q; want it rolled back", err, f.statements)
	}

	f, store = newFake(t)
	ctx, cancel = context.WithCancel(t.Context())
	f.fail = func(statement string) error {
		if statement == "COMMIT" {
			cancel()
		}
		return nil
	}
	if err := store.Append(ctx, note()); err != nil || f.count("COMMIT") != 1 {
		t.Errorf("Append, cancelled during the commit: %v; want no error, since it is stored", err)
	}
}

func TestWrites_KeepASettingThatIsStricter(t *testing.T) {
	f, store := newFake(t)
	f.synchronous = 3
	if err := store.Append(t.Context(), note()); err != nil {
		t.Fatal(err)
	}
	if n := f.count("PRAGMA synchronous ="); n != 0 || f.synchronous != 3 {
		t.Errorf("synchronous was set %d times and is %d; want EXTRA (3) left alone", n, f.synchronous)
	}
}

func TestBusy_IsTriedAgain(t *testing.T) {
	for name, row := range map[string]struct {
		err   error
		again bool
	}{
		"SQLITE_BUSY":          {sqliteError(5), true},
		"SQLITE_LOCKED":        {sqliteError(6), true},
		"SQLITE_BUSY_RECOVERY": {sqliteError(261), true},
		"wrapped":              {fmt.Errorf("driver: %w", sqliteError(5)), true},
		"by its text":          {errors.New("database is locked"), true},
		"a table, by its text": {errors.New("database table is locked: guise_head"), true},
		"SQLITE_FULL":          {sqliteError(13), false},
		"another text":         {errors.New("disk I/O error"), false},
	} {
		for _, statement := range []string{"PRAGMA", "BEGIN", "UPDATE guise_head SET seq = seq", "COMMIT"} {
			t.Run(name+" at "+statement, func(t *testing.T) {
				f, store := newFake(t)
				f.fail = failing(statement, 3, row.err)
				err := store.Append(t.Context(), note())
				if row.again && err != nil {
					t.Errorf("Append: %v; want it tried again", err)
				}
				if !row.again && !errors.Is(err, row.err) {
					t.Errorf("Append: %v; want %v", err, row.err)
				}
				if n := f.count("INSERT"); n > 1 {
					t.Errorf("the event was inserted %d times", n)
				}
			})
		}
		t.Run(name+" at a read", func(t *testing.T) {
			f, store := newFake(t)
			f.fail = failing("SELECT", 3, row.err)
			if _, err := store.Running(t.Context(), "", 1); (err == nil) != row.again {
				t.Errorf("Running: %v; tried again: %v", err, row.again)
			}
		})
	}
}

func TestBusy_PatienceEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, store := newFake(t)
		f.fail = failing("UPDATE guise_head SET seq = seq", 1_000_000, sqliteError(5))
		began := time.Now()
		err := store.Append(t.Context(), note())
		if !errors.Is(err, sqliteError(5)) || !strings.Contains(err.Error(), "10s") {
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

// TestWrites_NeverLeaveATransactionOpen: the connection goes back to the
// application, whose next statement must not land in ours.
func TestWrites_NeverLeaveATransactionOpen(t *testing.T) {
	broken := errors.New("broken")
	for name, row := range map[string]struct {
		fail       func(string) error
		wantClosed int
	}{
		"the write fails":               {failing("INSERT", 1, broken), 0},
		"the commit fails":              {failing("COMMIT", 1, broken), 0},
		"already rolled back":           {both(failing("INSERT", 1, broken), failing("ROLLBACK", 1, broken)), 0},
		"it can't be rolled back":       {both(failing("INSERT", 1, broken), failing("ROLLBACK", 9, broken)), 1},
		"nothing works any more":        {both(failing("INSERT", 1, broken), failing("ROLLBACK", 9, broken), func(statement string) error { return map[string]error{"BEGIN": broken}[statement] }), 1},
		"the setting can't be put back": {both(failing("INSERT", 1, broken), failing("PRAGMA synchronous = 1", 1, broken)), 1},
	} {
		t.Run(name, func(t *testing.T) {
			f, store := newFake(t)
			f.fail = row.fail
			if err := store.Append(t.Context(), note()); !errors.Is(err, broken) {
				t.Errorf("Append: %v; want %v", err, broken)
			}
			if f.closed != row.wantClosed {
				t.Errorf("%d connections were closed; want %d; run: %q", f.closed, row.wantClosed, f.statements)
			}
			if f.count("ROLLBACK") == 0 {
				t.Errorf("nothing was rolled back; run: %q", f.statements)
			}
			f.fail = func(string) error { return nil }
			if err := store.Append(t.Context(), note()); err != nil {
				t.Errorf("the next write: %v", err)
			}
		})
	}
}

func both(fails ...func(string) error) func(string) error {
	return func(statement string) error {
		for _, fail := range fails {
			if err := fail(statement); err != nil {
				return err
			}
		}
		return nil
	}
}

func TestWrites_RefuseTextThatNotEveryEngineKeeps(t *testing.T) {
	_, store := newFake(t)
	for _, text := range []string{"nul \x00", "\xff", "\xed\xa0\x80"} {
		event := note()
		event.Path = text
		if err := store.Append(t.Context(), event); err == nil || !strings.Contains(err.Error(), "UTF-8") {
			t.Errorf("Append with %q: %v; want it refused", text, err)
		}
	}
}
