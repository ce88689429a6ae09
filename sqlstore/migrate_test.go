package sqlstore

import (
	"strings"
	"testing"
)

func TestColumns_AreAsManyAsTheirWidth(t *testing.T) {
	for name, row := range map[string]struct {
		columns string
		width   int
	}{
		"impersonations": {impersonationColumns, impersonationWidth},
		"events":         {eventColumns, eventWidth},
	} {
		if got := len(strings.Split(row.columns, ", ")); got != row.width {
			t.Errorf("%s has %d columns; its width says %d", name, got, row.width)
		}
	}
}

func TestMigrations_AreNumberedAndSplit(t *testing.T) {
	all, err := Migrations(SQLite)
	if err != nil || len(all) == 0 {
		t.Fatalf("Migrations: %d, %v", len(all), err)
	}
	for n, m := range all {
		if m.Version != n+1 || m.Name == "" {
			t.Errorf("migration %d is version %d, called %q", n+1, m.Version, m.Name)
		}
		for _, statement := range m.statements() {
			if !strings.HasSuffix(strings.TrimSpace(statement), ";") {
				t.Errorf("migration %d: a blank line stands within a statement:\n%s", m.Version, statement)
			}
		}
		if script := m.String(); !strings.Contains(script, m.SQL) || !strings.Contains(script, m.Checksum) {
			t.Errorf("the script of migration %d lacks its SQL or its checksum", m.Version)
		}
	}
}

// TestMigrations_ChecksumsAreFixed: what has been released is never edited. A
// new version appends its row; no row ever changes.
func TestMigrations_ChecksumsAreFixed(t *testing.T) {
	released := map[Engine][]string{
		SQLite: {"736b590bc5c3ede0d08bcbec97b7c3848e162486a075f9a713233715a72400bc"},
	}
	for engine, want := range released {
		all, err := Migrations(engine)
		if err != nil || len(all) != len(want) {
			t.Fatalf("%s has %d migrations, %v; this table has %d", engine, len(all), err, len(want))
		}
		for n, m := range all {
			if m.Checksum != want[n] {
				t.Errorf("%s, version %d: the checksum is %s; it was released with %s", engine, m.Version, m.Checksum, want[n])
			}
		}
	}
}

func TestMigrations_LineEndsDoNotCount(t *testing.T) {
	unix, err := parseMigration("0001_tables.sql", "CREATE TABLE a (id);\n\nCREATE TABLE b (id);\n")
	if err != nil {
		t.Fatal(err)
	}
	windows, err := parseMigration("0001_tables.sql", "CREATE TABLE a (id);\r\n\r\nCREATE TABLE b (id);\r\n")
	if err != nil || unix != windows || len(windows.statements()) != 2 {
		t.Errorf("with other line ends it is %+v, %v; want %+v", windows, err, unix)
	}
}

func TestOutstanding(t *testing.T) {
	one, two := Migration{Version: 1, Checksum: "x"}, Migration{Version: 2, Checksum: "y"}
	all := []Migration{one, two}
	for name, row := range map[string]struct {
		applied []Migration
		want    int
		err     string
	}{
		"none applied":  {nil, 2, ""},
		"one applied":   {[]Migration{one}, 1, ""},
		"all applied":   {all, 0, ""},
		"a newer one":   {[]Migration{one, two, {Version: 3}}, 0, "at version 3, and this program knows versions up to 2"},
		"another build": {[]Migration{{Version: 1, Checksum: "z"}}, 0, "different builds"},
	} {
		t.Run(name, func(t *testing.T) {
			missing, err := outstanding(all, row.applied)
			if row.err != "" {
				if err == nil || !strings.Contains(err.Error(), row.err) {
					t.Errorf("error %v; want %q", err, row.err)
				}
				return
			}
			if err != nil || len(missing) != row.want || row.want > 0 && missing[len(missing)-1] != two {
				t.Errorf("missing %v, %v; want %d, the last of them version 2", missing, err, row.want)
			}
		})
	}
}

// TestOpen_UpToDateOnlyReads: an application whose database is up to date waits
// for no writer when it starts, and needs no right to write.
func TestOpen_UpToDateOnlyReads(t *testing.T) {
	f, store := newFake(t)
	if _, err := Open(t.Context(), store.db, SQLite); err != nil {
		t.Fatal(err)
	}
	if reads := f.count("SELECT"); reads == 0 || reads != len(f.statements) {
		t.Errorf("Open ran %q; want it only to read", f.statements)
	}
}

func TestOpen_SaysWhatIsWrong(t *testing.T) {
	if _, err := Open(t.Context(), nil, SQLite); err == nil || !strings.Contains(err.Error(), "nil") {
		t.Errorf("Open without a database: %v", err)
	}
	f, _ := newFake(t)
	for _, engine := range []Engine{"", "oracle", "SQLite"} {
		if _, err := Migrations(engine); err == nil || !strings.Contains(err.Error(), "sqlstore.SQLite") {
			t.Errorf("Migrations(%q): %v; want an error that names the engines there are", engine, err)
		}
	}
	if len(f.statements) > 0 {
		t.Errorf("the database was asked %q", f.statements)
	}
}
