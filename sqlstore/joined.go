package sqlstore

import (
	"fmt"
	"strings"

	"github.com/guise-go/guise"
)

// joining is how an engine makes one text of all columns of a row, separated by
// NULs: hashes are in hexadecimal digits, and no other text has a NUL, see unfit.
type joining struct {
	// zeros is a hash of zeros, if it is worth comparing with.
	zeros string
	// join writes the texts separated by NULs. Where one of them is NULL, it must
	// put in more NULs, or be the first text alone.
	join func(texts []string) string
	// fit is the condition that an event's columns have values of their types,
	// where an engine takes others: one that is not fit is read as its number alone.
	fit string
}

// concatWS joins in one go.
//
// Security: concat_ws leaves out a NULL, and each text after it would be read in
// its neighbour's place. Written as a NUL, it makes one too many.
func concatWS(nul string) func(texts []string) string {
	return func(texts []string) string {
		return `concat_ws(` + nul + `, ifnull(` + strings.Join(texts, `, `+nul+`), ifnull(`) + `, ` + nul + `))`
	}
}

// events begins a query for events.
func (j joining) events() string {
	texts := strings.Split(eventNumbers, ", ")
	for _, column := range strings.Split(eventHashes, ", ") {
		text := `hex(` + column + `)`
		if column == "purged_hash" && j.zeros != "" {
			text = `CASE ` + column + ` WHEN ` + j.zeros + ` THEN '` + noHash + `' ELSE ` + text + ` END`
		}
		texts = append(texts, text)
	}
	row := j.join(append(texts, strings.Split(eventTexts, ", ")...))
	if j.fit != "" {
		row = `CASE WHEN ` + j.fit + ` THEN ` + row + ` ELSE seq || '' END`
	}
	return `SELECT ` + row + ` FROM guise_events`
}

// noHash stands for a hash of zeros, which all but purged events have. Digits of
// a hash would be an even number.
const noHash = "0"

// impersonation writes the columns of an impersonation as one text, in their
// order.
func (j joining) impersonation() string {
	columns := strings.Split(impersonationColumns, ", ")
	for n, column := range columns {
		if kindOf(column) == numberOrNone {
			columns[n] = `coalesce(` + column + `, '')`
		}
	}
	if j.fit != "" {
		// What does not begin at a number comes before all that does, and a page
		// that went on from there would leave those out.
		return `CASE WHEN started_at < '' THEN ` + j.join(columns) + ` ELSE '' END`
	}
	return j.join(columns)
}

// joined reads a row that is one column, as joining makes it.
type joined struct {
	row    oneText
	places []any
	texts  []string
}

func newJoined(width int) rowReader {
	j := &joined{texts: make([]string, width)}
	j.places = []any{&j.row}
	return j
}

func (j *joined) read(scan func(...any) error) (texts []string, wrong string, err error) {
	if err := scan(j.places...); err != nil {
		return nil, "", err
	}
	if n := j.row.split(j.texts); n != len(j.texts) {
		// Security: with a NUL in one text, another would be read in its
		// neighbour's place, and what is verified would not be what the columns
		// say.
		wrong = "a NULL, a value of another type, or a NUL byte in a text"
	}
	return j.texts, wrong, nil
}

func (j *joined) hash(digits string) (guise.Hash, error) {
	if digits == noHash {
		return guise.Hash{}, nil
	}
	hash, err := guise.ParseHash(digits)
	if err != nil {
		return hash, fmt.Errorf("a hash of %d bytes", len(digits)/2)
	}
	return hash, nil
}

// oneText is a column that is a text.
type oneText string

// Scan implements [database/sql.Scanner]: what a driver has as a string already
// is not copied.
func (t *oneText) Scan(column any) error {
	switch column := column.(type) {
	case string:
		*t = oneText(column)
	case []byte:
		*t = oneText(column)
	default:
		return fmt.Errorf("sqlstore: a row comes as one text, and the driver has %T", column)
	}
	return nil
}

// split says how many texts there are, and fills in as many as are wanted.
func (t oneText) split(texts []string) (n int) {
	for rest := string(t); ; n++ {
		end := strings.IndexByte(rest, 0)
		if end < 0 || n == len(texts)-1 {
			texts[n] = rest
			return n + 1 + strings.Count(rest, "\x00")
		}
		texts[n], rest = rest[:end], rest[end+1:]
	}
}
