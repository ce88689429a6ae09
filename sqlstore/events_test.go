package sqlstore

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
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
		joined  any
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
			event, err := (&dialect{reader: newJoined}).newEventRow().scan(func(into ...any) error { return into[0].(sql.Scanner).Scan(row.joined) })
			var wrong *guise.ChainError
			switch {
			case row.problem == "" && (err != nil || event.Seq != 7 || event.Status != 200 || event.Prev[0] != 10):
				t.Errorf("event %d, %v; want event 7 as it was written", event.Seq, err)
			case row.problem != "" && (!errors.As(err, &wrong) || wrong.Seq != row.seq || !strings.Contains(wrong.Problem, row.problem)):
				t.Errorf("%v; want event %d named, and %q", err, row.seq, row.problem)
			}
		})
	}
	if event, err := (&dialect{reader: newJoined}).newEventRow().scan(func(into ...any) error { return into[0].(sql.Scanner).Scan(nil) }); err == nil {
		t.Errorf("event %d is NULL, and is read", event.Seq)
	}
}

// TestP9_Cells_WhatNoStoreWroteIsNamed is the same where the columns come one by
// one.
func TestP9_Cells_WhatNoStoreWroteIsNamed(t *testing.T) {
	good := func() []any {
		columns := []any{int64(7), int64(1), int64(200), int64(3), int64(0), make([]byte, 32), bytes.Repeat([]byte{10}, 32), make([]byte, 32)}
		for range strings.Count(eventTexts, ",") + 1 {
			columns = append(columns, "")
		}
		return columns
	}
	for name, row := range map[string]struct {
		column  int
		is      any
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
			columns := good()
			columns[row.column] = row.is
			event, err := (&dialect{reader: newCells}).newEventRow().scan(func(into ...any) error {
				for n, to := range into {
					*to.(*sql.RawBytes) = rawBytes(columns[n])
				}
				return nil
			})
			var wrong *guise.ChainError
			switch {
			case row.problem == "" && (err != nil || event.Seq != 7 || event.Status != 200 || event.Prev[0] != 10):
				t.Errorf("event %d, %v; want event 7 as it was written", event.Seq, err)
			case row.problem != "" && (!errors.As(err, &wrong) || wrong.Seq != row.seq || !strings.Contains(wrong.Problem, row.problem)):
				t.Errorf("%v; want event %d named, and %q", err, row.seq, row.problem)
			}
		})
	}
}

// rawBytes is what database/sql makes of a column.
func rawBytes(column any) sql.RawBytes {
	switch column := column.(type) {
	case nil:
		return nil
	case []byte:
		return column
	}
	return fmt.Append(sql.RawBytes{}, column)
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
