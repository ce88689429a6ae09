package databases

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// told is a test that notes how it was ended.
type told struct {
	testing.TB
	skipped, failed string
}

func (t *told) Skip(args ...any)             { t.skipped = fmt.Sprint(args...); runtime.Goexit() }
func (t *told) Fatal(args ...any)            { t.failed = fmt.Sprint(args...); runtime.Goexit() }
func (t *told) Fatalf(f string, args ...any) { t.Fatal(fmt.Sprintf(f, args...)) }
func (t *told) Helper()                      {}

func (t *told) run(do func(testing.TB)) {
	var group sync.WaitGroup
	group.Go(func() { do(t) })
	group.Wait()
}

func TestWithoutAServer_SkipsUnlessOneWasPromised(t *testing.T) {
	for name, row := range both {
		for _, ci := range []string{"", "true"} {
			t.Setenv("CI", ci)
			got := &told{TB: t}
			got.run(func(t testing.TB) { doWithout(t, row.kind(), errors.New("none here")) })
			said, silent := got.skipped, got.failed
			if ci == "true" {
				said, silent = silent, said
			}
			for _, want := range []string{name, "none here", "apt-get install", "make setup", row.kind().variable} {
				if !strings.Contains(said, want) || silent != "" {
					t.Errorf("CI=%q: skipped %q, failed %q; want one of them, with %q", ci, got.skipped, got.failed, want)
				}
			}
		}
	}
}

func TestVariable_NamesAnotherServer(t *testing.T) {
	for name, row := range both {
		t.Run(name, func(t *testing.T) {
			// The server is the same, and this program doesn't know it.
			named := server(row.database(t)) + "/" + row.kind().ownDatabase + "?" + row.parameter
			t.Setenv(row.kind().variable, named)
			db := row.database(t)
			if server(db) != server(&Database{URL: named}) || !strings.HasSuffix(db.URL, "?"+row.parameter) {
				t.Errorf("the database is %s; want it on the server of %s", db.URL, named)
			}
			mustExec(t, db.Open(t), `CREATE TABLE notes (id INTEGER)`)
		})
	}
}

// TestVariable_UnreachableFails: what was asked for is never skipped.
func TestVariable_UnreachableFails(t *testing.T) {
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range both {
		k := row.kind()
		for address, want := range map[string]string{
			fmt.Sprintf("%s://me:hidden@127.0.0.1:%d/", k.schemes[0], port): "connect",
			"127.0.0.1:5432":                              "is not a URL",
			"oracle://me:hidden@here":                     "is not a URL",
			k.schemes[0] + "://me:hidden@127.0.0.1:port/": "is not a URL",
		} {
			t.Setenv(k.variable, address)
			got := &told{TB: t}
			got.run(func(t testing.TB) { row.database(t) })
			if !strings.Contains(got.failed, want) || got.skipped != "" || strings.Contains(got.failed, "hidden") {
				t.Errorf("%s=%s: failed %q, skipped %q; want it to fail with %q and without the password", k.variable, address, got.failed, got.skipped, want)
			}
		}
	}
}

func TestMySQL_URLsAsTheDriverHasThem(t *testing.T) {
	k := mariadb()
	for address, want := range map[string]string{
		"mysql://ada:s%40cret@db.example/school":            "ada:s@cret@tcp(db.example:3306)/school",
		"mysql://ada:x@127.0.0.1:3307/?tls=true&timeout=2s": "ada:x@tcp(127.0.0.1:3307)/?timeout=2s&tls=true",
		"mariadb://ada@[::1]/school?interpolateParams=true": "ada@tcp([::1]:3306)/school?interpolateParams=true",
	} {
		u, err := parse(k, address)
		if err != nil {
			t.Fatal(err)
		}
		if dsn, err := k.dsn(u); err != nil || dsn != want {
			t.Errorf("%s is %s, %v; want %s", address, dsn, err, want)
		}
	}
}
