package sqlstore

import (
	"database/sql"
	"fmt"

	"github.com/guise-go/guise"
)

// rowReader reads the columns of one row after another as texts. Most of the cost
// of reading many rows is per column, and what takes the least was measured: the
// columns as they are from PostgreSQL, and joined by the database from SQLite and
// MariaDB.
type rowReader interface {
	// read gives the text of each column. Where wrong says what one of them has
	// that no store writes, only the first text is what it says. The error is the
	// driver's.
	read(scan func(...any) error) (texts []string, wrong string, err error)
	// hash is the hash that a column's text stands for.
	hash(text string) (guise.Hash, error)
}

// cells reads column by column.
type cells struct {
	raw    []sql.RawBytes
	places []any
	joined []byte
	texts  []string
}

func newCells(width int) rowReader {
	c := &cells{raw: make([]sql.RawBytes, width), places: make([]any, width), texts: make([]string, width)}
	for n := range c.raw {
		c.places[n] = &c.raw[n]
	}
	return c
}

func (c *cells) read(scan func(...any) error) (texts []string, wrong string, err error) {
	if err := scan(c.places...); err != nil {
		return nil, "", err
	}
	c.joined = c.joined[:0]
	for _, cell := range c.raw {
		if cell == nil {
			wrong = "a NULL"
		}
		c.joined = append(c.joined, cell...)
	}
	rest := string(c.joined) // of which each text is a part
	for n, cell := range c.raw {
		c.texts[n], rest = rest[:len(cell)], rest[len(cell):]
	}
	return c.texts, wrong, nil
}

func (c *cells) hash(text string) (hash guise.Hash, err error) {
	if len(text) != len(hash) {
		return hash, fmt.Errorf("a hash of %d bytes", len(text))
	}
	copy(hash[:], text)
	return hash, nil
}
