package sqlstore

import (
	"database/sql"
	"errors"
	"fmt"

	"github.com/guise-go/guise"
)

// rowReader reads the columns of one row after another as texts. To read a log of
// millions of events is mostly to read columns, so each engine has the way that
// takes the least: from PostgreSQL they come one by one, from SQLite and MariaDB
// as one.
type rowReader interface {
	// read gives the text of each column. The error is errNull where one is NULL,
	// and reads as "", or errNotApart where only the first is what it says.
	read(scan func(...any) error) ([]string, error)
	// hash is the hash that a column's text stands for.
	hash(text string) (guise.Hash, error)
}

var (
	errNull     = errors.New("a NULL")
	errNotApart = errors.New("a NULL, or a NUL byte in a text")
)

// cells reads column by column.
type cells struct {
	raw    []sql.RawBytes
	places []any
	text   []byte
	texts  []string
}

func newCells(width int) rowReader {
	c := &cells{raw: make([]sql.RawBytes, width), places: make([]any, width), texts: make([]string, width)}
	for n := range c.raw {
		c.places[n] = &c.raw[n]
	}
	return c
}

func (c *cells) read(scan func(...any) error) (texts []string, err error) {
	if err := scan(c.places...); err != nil {
		return nil, err
	}
	c.text = c.text[:0]
	for _, cell := range c.raw {
		if cell == nil {
			err = errNull
		}
		c.text = append(c.text, cell...)
	}
	rest := string(c.text) // of which each text is a part
	for n, cell := range c.raw {
		c.texts[n], rest = rest[:len(cell)], rest[len(cell):]
	}
	return c.texts, err
}

func (c *cells) hash(text string) (hash guise.Hash, err error) {
	if len(text) != len(hash) {
		return hash, fmt.Errorf("a hash of %d bytes", len(text))
	}
	copy(hash[:], text)
	return hash, nil
}
