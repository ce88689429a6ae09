package sqlstore

import (
	"bytes"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/guise-go/guise"
)

// TestEvents_ColumnsAreThoseThatAreWritten: what is read in parts is the whole.
func TestEvents_ColumnsAreThoseThatAreWritten(t *testing.T) {
	written := strings.Split(eventColumns, ", ")
	read := strings.Split(eventNumbers+", "+eventHashes+", "+eventTexts, ", ")
	slices.Sort(written)
	slices.Sort(read)
	if !slices.Equal(written, read) {
		t.Errorf("written are\n%q, read are\n%q", written, read)
	}
}

// TestP9_Events_WhatNoStoreWroteIsNamed: whoever can write to the database can
// put anything there, and it must not be read as something else.
func TestP9_Events_WhatNoStoreWroteIsNamed(t *testing.T) {
	hash, texts := strings.Repeat("0a", 32), strings.Repeat("\x00", strings.Count(eventTexts, ","))
	row := func(fields ...string) string { return strings.Join(append(fields, texts), "\x00") }
	good := row("7", "1", "200", "3", "0", hash, strings.ToUpper(hash), hash)
	for name, row := range map[string]struct {
		joined  driver.Value
		seq     int64
		problem string // "" is none
	}{
		"as it was written":         {good, 7, ""},
		"a hash of zeros, in short": {row("7", "1", "200", "3", "0", "0", hash, hash), 7, ""},
		"a hash of nothing":         {row("7", "1", "200", "3", "0", "", hash, hash), 7, "0 bytes"},
		"as bytes":                  {[]byte(good), 7, ""},
		"a NUL in a text":           {good + "\x00", 7, "NUL byte"},
		"many of them":              {good + good, 7, "NUL byte"},
		"a field too few":           {good[:strings.LastIndexByte(good, 0)], 7, "NUL byte"},
		"a NULL":                    {"7", 7, "NULL"},
		"a number that is none":     {row("x", "1", "200", "3", "0", hash, hash, hash), 0, "no integer"},
		"a hash is short":           {row("7", "1", "200", "3", "0", hash, hash[2:], hash), 7, "31 bytes"},
		"a hash is long":            {row("7", "1", "200", "3", "0", hash, hash, hash+"00"), 7, "33 bytes"},
		"a time is nothing":         {row("7", "", "200", "3", "0", hash, hash, hash), 7, "no integer"},
		"a duration is a fraction":  {row("7", "1", "200", "1.5", "0", hash, hash, hash), 7, "no integer"},
		"a status is a word":        {row("7", "1", "fine", "3", "0", hash, hash, hash), 7, "no integer"},
	} {
		t.Run(name, func(t *testing.T) {
			events, err := eventsIn(t, newJoined, []driver.Value{good}, []driver.Value{row.joined})
			wantEvent(t, events, err, row.seq, row.problem)
		})
	}
	if events, err := eventsIn(t, newJoined, []driver.Value{nil}); err == nil {
		t.Errorf("%+v is NULL, and is read", events)
	}
}

// eventsIn reads rows with one reader, through database/sql.
func eventsIn(t *testing.T, newReader func(int) rowReader, rows ...[]driver.Value) ([]guise.Event, error) {
	t.Helper()
	db := sql.OpenDB(answer(rows))
	t.Cleanup(func() { _ = db.Close() })
	return collect(t.Context(), db, (&dialect{newReader: newReader}).newEventRow().scan, "SELECT")
}

// wantEvent: the last of the events is number 7 as it was written, or the error
// names the event and says the problem.
func wantEvent(t *testing.T, events []guise.Event, err error, seq int64, problem string) {
	t.Helper()
	var wrong *guise.ChainError
	switch {
	case problem == "" && err != nil:
		t.Errorf("%v; want event 7 as it was written", err)
	case problem == "":
		if e := events[len(events)-1]; e.Seq != 7 || e.Status != 200 || e.Prev[0] != 10 || e.RequestID != "" {
			t.Errorf("%+v; want event 7 as it was written", e)
		}
	case !errors.As(err, &wrong) || wrong.Seq != seq || !strings.Contains(wrong.Problem, problem):
		t.Errorf("%v; want event %d named, and %q", err, seq, problem)
	}
}

// answer is a database that answers everything with these rows.
type answer [][]driver.Value

func (a answer) Connect(context.Context) (driver.Conn, error) { return answering{rows: a}, nil }
func (a answer) Driver() driver.Driver                        { return nil }

type answering struct {
	driver.Conn
	rows answer
}

func (a answering) Close() error { return nil }

func (a answering) QueryContext(context.Context, string, []driver.NamedValue) (driver.Rows, error) {
	return rowsOf(a.rows...), nil
}

// TestP9_Cells_WhatNoStoreWroteIsNamed is the same where the columns come one by
// one.
func TestP9_Cells_WhatNoStoreWroteIsNamed(t *testing.T) {
	good := func() []driver.Value {
		columns := []driver.Value{int64(7), int64(1), int64(200), int64(3), int64(0), make([]byte, 32), bytes.Repeat([]byte{10}, 32), make([]byte, 32)}
		for range strings.Count(eventTexts, ",") + 1 {
			columns = append(columns, "")
		}
		return columns
	}
	for name, row := range map[string]struct {
		column  int
		is      driver.Value
		seq     int64
		problem string // "" is none
	}{
		"as it was written":        {8, "started", 7, ""},
		"a number as a text":       {2, []byte("200"), 7, ""},
		"a NULL in a text":         {12, nil, 7, "NULL"},
		"a NULL in a number":       {2, nil, 7, "NULL"},
		"a NULL in a hash":         {7, nil, 7, "NULL"},
		"no number":                {0, nil, 0, "no integer"},
		"a number that is none":    {0, "x", 0, "no integer"},
		"a hash of nothing":        {7, []byte{}, 7, "0 bytes"},
		"a hash is short":          {6, make([]byte, 31), 7, "31 bytes"},
		"a hash is long":           {5, make([]byte, 33), 7, "33 bytes"},
		"a duration is a fraction": {3, 1.5, 7, "no integer"},
	} {
		t.Run(name, func(t *testing.T) {
			before, columns := good(), good()
			before[0], before[len(before)-1] = int64(6), strings.Repeat("a longer row before ", 20)
			columns[row.column] = row.is
			events, err := eventsIn(t, newCells, before, columns)
			wantEvent(t, events, err, row.seq, row.problem)
		})
	}
}

// TestSQLite_JoinsAsItsVersionCan: the oldest version that will do has no
// concat_ws.
func TestSQLite_JoinsAsItsVersionCan(t *testing.T) {
	for version, want := range map[string]bool{
		"3.9.0": false, "3.43.2": false, "3.44.0": true, "3.53.4": true, "4.0.0": true, "2.99.1": false, "": false, "new": false,
	} {
		d := sqlite()
		d.suit(d, version)
		for _, query := range []string{d.events, d.eventsOf, d.unattached} {
			if got := strings.Contains(query, "concat_ws"); got != want {
				t.Errorf("version %q has concat_ws: %t; want %t", version, got, want)
			}
		}
	}
}
