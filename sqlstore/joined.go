package sqlstore

import (
	"fmt"
	"strings"
)

// joining is how an engine makes one text of all columns of a row, separated by
// NULs: hashes are in hexadecimal digits, and no other text has a NUL, see
// unfit. Most of the cost of reading many rows is per column.
type joining struct {
	// number and hash write such a column as a text.
	number, hash func(column string) string
	// zeros is a hash of zeros, if it is worth comparing with.
	zeros string
	// join writes the texts separated by NULs. Where one of them is NULL, it
	// must return NULL, or put in more NULs.
	join func(texts []string) string
}

// row writes a row's texts as one. Where there is a NULL it is only the first
// text, which still says which row that is.
func (j joining) row(texts []string) string {
	return `coalesce(` + j.join(texts) + `, ` + j.join(texts[:1]) + `)`
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

func asWritten(column string) string { return column }

func inHex(column string) string { return `hex(` + column + `)` }

// joined is the text that the database makes of a row's columns.
type joined string

// Scan implements [database/sql.Scanner]: what a driver has as a string already
// is not copied.
func (j *joined) Scan(column any) error {
	switch column := column.(type) {
	case string:
		*j = joined(column)
	case []byte:
		*j = joined(column)
	default:
		return fmt.Errorf("sqlstore: a row comes as one text, and the driver has %T", column)
	}
	return nil
}

// split says how many fields there are, and fills in as many as are wanted.
func (j joined) split(fields []string) (n int) {
	for rest := string(j); ; n++ {
		end := strings.IndexByte(rest, 0)
		if end < 0 || n == len(fields)-1 {
			fields[n] = rest
			return n + 1 + strings.Count(rest, "\x00")
		}
		fields[n], rest = rest[:end], rest[end+1:]
	}
}
