package database

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/guise-go/guise/sqlstore"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		engine sqlstore.Engine
		file   string
		shown  string
	}{
		"sqlite:app.db":                          {sqlstore.SQLite, "app.db", "sqlite:app.db"},
		"sqlite:/var/lib/app.db":                 {sqlstore.SQLite, "/var/lib/app.db", "sqlite:/var/lib/app.db"},
		"sqlite:///var/lib/app.db":               {sqlstore.SQLite, "/var/lib/app.db", "sqlite:/var/lib/app.db"},
		"app.db":                                 {sqlstore.SQLite, "app.db", "sqlite:app.db"},
		"/a folder/a?b#c.db":                     {sqlstore.SQLite, "/a folder/a?b#c.db", "sqlite:/a folder/a?b#c.db"},
		`C:\data\app.db`:                         {sqlstore.SQLite, `C:\data\app.db`, `sqlite:C:\data\app.db`},
		"sqlite:user=ada.db":                     {sqlstore.SQLite, "user=ada.db", "sqlite:user=ada.db"},
		"a@b/the users = all.db":                 {sqlstore.SQLite, "a@b/the users = all.db", "sqlite:a@b/the users = all.db"},
		"postgres://ada:secret@/desk?host=/run":  {sqlstore.Postgres, "", "postgres://ada:xxxxx@/desk"},
		"postgres://ada:secret@db:5433/desk":     {sqlstore.Postgres, "", "postgres://ada:xxxxx@db:5433/desk"},
		"postgresql://db/desk?password=secret":   {sqlstore.Postgres, "", "postgresql://db/desk"},
		"mysql://ada:s%40cret@db/desk?tls=true":  {sqlstore.MySQL, "", "mysql://ada:xxxxx@db/desk"},
		"mariadb://ada@localhost/desk?socket=/s": {sqlstore.MySQL, "", "mariadb://ada@localhost/desk"},
	} {
		got, err := Parse(text)
		if err != nil || got.Engine != want.engine || got.File != want.file || got.String() != want.shown {
			t.Errorf("Parse(%q): %s %q shown as %q, %v; want %s %q shown as %q",
				text, got.Engine, got.File, got, err, want.engine, want.file, want.shown)
		}
	}
}

// A mistake says what to write, and never repeats what may be a password.
func TestParse_MistakesKeepThePassword(t *testing.T) {
	t.Parallel()
	for text, says := range map[string]string{
		"":                             "empty",
		"  ":                           "empty",
		"sqlite:":                      "names no file",
		"sqlite::memory:":              "names no file",
		"sqlite://host/app.db":         "has a host",
		"oracle://ada:hunter2@db/desk": "oracle",
		"postgres://ada:hunter2@db":    "names no database",
		"mysql://ada:hunter2@db/":      "names no database",
		"postgres://ada:hun/ter2@db/d": "%2F",
		"postgres://ada:hun%ter2@db/d": "%25",
		"mysql://ada:hunter2@d b/desk": "is no URL",

		"ada:hunter2@tcp(db:3306)/desk":                  "mysql://user:",
		"ada:hunter2@unix(/run/mysqld.sock)/desk":        "mysql://user:",
		"ada:hunter2@/desk":                              "mysql://user:",
		"ada:hun://ter2@tcp(db)/desk":                    "mysql://user:",
		"mysql://ada:hunter2@tcp(db:3306)/desk":          "mysql://user:",
		"mysql:ada:hunter2@db/desk":                      "mysql://user:",
		"postgres:/ada:hunter2@db/desk":                  "postgres://user:",
		"host=db user=ada password=hunter2 dbname=desk":  "postgres://user:",
		"dbname = desk password = hun://ter2":            "postgres://user:",
		"sslmode=require\tPASSWORD='hunter2'\tport=5432": "postgres://user:",
	} {
		_, err := Parse(text)
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "ter2") {
			t.Errorf("Parse(%q): %v; want it to say %q without the password", text, err, says)
		}
	}
}

func TestMasked(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"unexpected argument postgres://ada:hunter2@db/desk":                "unexpected argument postgres://ada:xxxxx@db/desk",
		"unexpected argument mysql://ada:hun@/ter2@db/desk, and a@b":        "unexpected argument mysql://ada:xxxxx@db/desk, and a@b",
		"cannot open mysql://ada:xxxxx@db/desk: denied for 'ada'@'%' at :0": "cannot open mysql://ada:xxxxx@db/desk: denied for 'ada'@'%' at :0",
		"unexpected argument ada:hunter2@tcp(db:3306)/desk":                 "unexpected argument ada:xxxxx@tcp(db:3306)/desk",
		"unexpected argument ada:hunter2@/desk":                             "unexpected argument ada:xxxxx@/desk",
		"unexpected argument host=db password=hunter2 dbname=desk":          "unexpected argument host=db password=xxxxx dbname=desk",
		"unexpected argument host=db password = 'hunter 2' dbname=desk":     "unexpected argument host=db password = xxxxx dbname=desk",
		"write postgres://user:password@host:port/database":                 "write postgres://user:password@host:port/database",
		"cannot open postgres://ada:xxxxx@/desk":                            "cannot open postgres://ada:xxxxx@/desk",
		"no address, mailto:a@b.example or 12:30":                           "no address, mailto:a@b.example or 12:30",
	} {
		if got := Masked(text); got != want {
			t.Errorf("Masked(%q) = %q; want %q", text, got, want)
		}
	}
}

func TestOpen_AMissingFileIsNotMade(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "a folder?", "app #1.db")
	if err := os.Mkdir(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	address := Address{Engine: sqlstore.SQLite, File: file}
	if _, err := address.Open(t.Context()); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("Open: %v; want it to say that there is none", err)
	}
	if _, err := os.Stat(file); err == nil {
		t.Fatal("it was made")
	}
	for _, options := range [][]Option{{Create}, nil} {
		db, err := address.Open(t.Context(), options...)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := sqlstore.Open(t.Context(), db, address.Engine); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(file); err != nil {
		t.Errorf("the tables went elsewhere: %v", err)
	}
	if _, err := (Address{Engine: sqlstore.SQLite, File: filepath.Dir(file)}).Open(t.Context()); err == nil || !strings.Contains(err.Error(), "folder") {
		t.Errorf("opening a folder: %v", err)
	}
}

// A server that can't be reached is an error that does not hold the password.
func TestOpen_AServerThatIsNotThere(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"postgres://ada:hunter2@127.0.0.1:1/desk", "mysql://ada:hunter2@127.0.0.1:1/desk",
		"postgres://ada:hunter2@127.0.0.1:1/desk?sslmode=hunter2x", "mysql://ada:hunter2@127.0.0.1:1/desk?tls=nosuch",
	} {
		address, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		_, err = address.Open(ctx)
		if err == nil || !strings.Contains(err.Error(), "127.0.0.1:1") || strings.Contains(err.Error(), "hunter2@") {
			t.Errorf("Open(%s): %v; want where it is, without the password", address, err)
		}
	}
}
