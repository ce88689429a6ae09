package demo

import (
	"os"
	"slices"
	"strings"
)

// Boss is a second superuser of School Desk.
const Boss = "boss@schooldesk.example"

// Beside runs another process of the demo on the same database, as a second
// instance behind a load balancer would run: a port and a log of its own, the
// same flags, and one database. Both go on until the test ends.
func (d *Demo) Beside() *Demo {
	d.t.Helper()
	addr := freeAddress(d.t)
	args := slices.Clone(d.args)
	args[slices.Index(args, "--addr")+1] = addr
	other := &Demo{
		URL:     "http://" + addr,
		t:       d.t,
		build:   d.build,
		args:    args,
		logPath: strings.TrimSuffix(d.logPath, ".log") + "-beside.log",
	}
	if err := os.WriteFile(other.logPath, nil, 0o644); err != nil {
		d.t.Fatal(err)
	}
	other.run()
	d.t.Cleanup(other.cleanup)
	return other
}
