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
	return joining{zeros: `zeroblob(32)`, join: join}
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
