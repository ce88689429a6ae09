package sqlstore

import (
	"database/sql"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/guise-go/guise"
)

// TestEvents_ColumnsAreThoseThatAreWritten: what is read by parts is the whole.
func TestEvents_ColumnsAreThoseThatAreWritten(t *testing.T) {
	written := strings.Split(eventColumns, ", ")
	read := strings.Split(eventNumbers+", "+eventHashes+", "+eventTexts, ", ")
	slices.Sort(written)
	slices.Sort(read)
	if !slices.Equal(written, read) {
		t.Errorf("written are\n%q, read are\n%q", written, read)
	}
}

// TestP9_Events_WhatNoStoreWroteIsNamed: who can write to the database can put
// anything there, and reading it must not take it for something else.
func TestP9_Events_WhatNoStoreWroteIsNamed(t *testing.T) {
	texts := strings.Repeat("\x00", strings.Count(eventTexts, ","))
	hash := make([]byte, 32)
	for name, row := range map[string]struct {
		numbers [5]any
		hash    []byte
		texts   []byte
		problem string // "" is none
	}{
		"as it was written":        {[5]any{int64(7), int64(1), int64(200), int64(3), int64(0)}, hash, []byte(texts), ""},
		"integers as text":         {[5]any{[]byte("7"), "1", "200", []byte("3"), "0"}, hash, []byte(texts), ""},
		"a NUL in a text":          {[5]any{int64(7), int64(1), int64(0), int64(0), int64(0)}, hash, []byte("\x00" + texts), "NUL byte"},
		"a text is NULL":           {[5]any{int64(7), int64(1), int64(0), int64(0), int64(0)}, hash, nil, "NULL"},
		"a hash is short":          {[5]any{int64(7), int64(1), int64(0), int64(0), int64(0)}, hash[1:], []byte(texts), "31 bytes"},
		"a time is NULL":           {[5]any{int64(7), nil, int64(0), int64(0), int64(0)}, hash, []byte(texts), "no integer"},
		"a duration is a fraction": {[5]any{int64(7), int64(1), int64(0), 1.5, int64(0)}, hash, []byte(texts), "no integer"},
		"a status is a word":       {[5]any{int64(7), int64(1), "fine", int64(0), int64(0)}, hash, []byte(texts), "no integer"},
	} {
		t.Run(name, func(t *testing.T) {
			event, err := newEventRow().scan(func(into ...any) error {
				for n, number := range row.numbers {
					*into[n].(*any) = number
				}
				for _, column := range into[5:8] {
					*column.(*sql.RawBytes) = row.hash
				}
				*into[8].(*sql.RawBytes) = row.texts
				return nil
			})
			var wrong *guise.ChainError
			switch {
			case row.problem == "" && (err != nil || event.Seq != 7):
				t.Errorf("event %d, %v; want event 7", event.Seq, err)
			case row.problem != "" && (!errors.As(err, &wrong) || wrong.Seq != 7 || !strings.Contains(wrong.Problem, row.problem)):
				t.Errorf("%v; want event 7 named, and %q", err, row.problem)
			}
		})
	}
}
