package sqlstore

import (
	"fmt"
	"strings"
)

const (
	sqliteEvents     = ` WHERE seq > +? ORDER BY seq LIMIT +?`
	sqliteEventsOf   = ` WHERE impersonation_id = +? AND seq > +? ORDER BY seq LIMIT +?`
	sqliteUnattached = ` WHERE impersonation_id = '' AND seq < +? ORDER BY seq DESC LIMIT +?`
)

// sqliteSuit uses what SQLite has gained since the oldest version that will do.
func sqliteSuit(d *dialect, version string) {
	var major, minor int
	// A version that can't be read is taken for the oldest.
	if n, _ := fmt.Sscanf(version, "%d.%d", &major, &minor); n < 2 || major < 3 || major == 3 && minor < 44 {
		return
	}
	join := sqliteJoining(concatWS(`char(0)`)) // reading a log takes a quarter less
	events := join.events()
	d.whole = join.impersonation()
	d.events, d.eventsOf, d.unattached = events+sqliteEvents, events+sqliteEventsOf, events+sqliteUnattached
}

func sqliteJoining(join func([]string) string) joining {
	return joining{zeros: `zeroblob(32)`, join: join, fit: sqliteEventFits()}
}

// sqliteEventFits is that an event's columns have values of their types.
//
// Security: to SQLite a type is a preference. The same text as a BLOB reads like
// the text, hash and all, and a query that compares with a text does not find it.
// Texts that no query compares are not looked at, nor is seq, which is the rowid:
// verifying a log is mostly reading it, and to look at all takes a quarter longer.
func sqliteEventFits() string {
	compared := "time, status, duration, purged_to, " + eventHashes + ", kind, impersonation_id, method"
	all := strings.Split(compared, ", ")
	for n, column := range all {
		// Any number is less than any text, and any text less than any BLOB; no
		// column of type TEXT has a number. To ask for typeof takes longer.
		all[n] = column + map[columnKind]string{ofNumber: ` < ''`, ofText: ` < x''`, ofHash: ` >= x''`}[kindOf(column)]
	}
	return strings.Join(all, ` AND `)
}

// sqliteFits is that a column has a value of its type.
func sqliteFits(column string) string {
	return `typeof(` + column + `) ` + map[columnKind]string{
		ofText:       `= 'text'`,
		ofNumber:     `= 'integer'`,
		numberOrNone: `IN ('integer', 'null')`,
		ofHash:       `= 'blob'`,
		hashOrNone:   `IN ('blob', 'null')`,
	}[kindOf(column)]
}

// sqliteHalves joins where there is no concat_ws.
func sqliteHalves(texts []string) string {
	return `coalesce(` + sqliteJoin(texts) + `, ` + texts[0] + ` || '')`
}

// sqliteJoin joins by halves, since each || copies everything to its left.
func sqliteJoin(texts []string) string {
	if len(texts) <= 2 {
		return strings.Join(texts, ` || char(0) || `)
	}
	half := len(texts) / 2
	return `(` + sqliteJoin(texts[:half]) + `) || char(0) || (` + sqliteJoin(texts[half:]) + `)`
}
