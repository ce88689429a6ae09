package sqlstore

import "fmt"

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

func sqliteJoining(join func([]string) string) joining { return joining{`zeroblob(32)`, join} }
