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
	for _, engine := range []Engine{SQLite, Postgres, MySQL} {
		all, err := Migrations(engine)
		if err != nil || len(all) == 0 {
			t.Fatalf("Migrations of %s: %d, %v", engine, len(all), err)
		}
		for n, m := range all {
			if m.Version != n+1 || m.Name == "" {
				t.Errorf("%s: migration %d is version %d, called %q", engine, n+1, m.Version, m.Name)
			}
			script := m.String()
			for _, statement := range m.statements() {
				if !strings.HasSuffix(strings.TrimSpace(statement), ";") {
					t.Errorf("%s: migration %d: a blank line stands within a statement:\n%s", engine, m.Version, statement)
				}
				if !strings.Contains(script, strings.TrimSuffix(statement, ";")) {
					t.Errorf("%s: the script of migration %d lacks:\n%s", engine, m.Version, statement)
				}
			}
			if !strings.Contains(script, m.Checksum) {
				t.Errorf("%s: the script of migration %d lacks its checksum", engine, m.Version)
			}
		}
	}
}

// TestMigrations_MySQLScript: the command line ends a statement at a semicolon,
// unless it has been told otherwise.
func TestMigrations_MySQLScript(t *testing.T) {
	got := mysqlScript([]string{"CREATE TABLE a (id INTEGER);", "CREATE TRIGGER b\nBEGIN\n\tDO 1;\nEND;\n"})
	want := "CREATE TABLE a (id INTEGER);\n\nDELIMITER //\nCREATE TRIGGER b\nBEGIN\n\tDO 1;\nEND//\nDELIMITER ;\n"
	if got != want {
		t.Errorf("the script is\n%s\nwant\n%s", got, want)
	}
}

// TestMigrations_ChecksumsAreFixed: what has been released is never edited. A
// new version appends its row; no row ever changes.
func TestMigrations_ChecksumsAreFixed(t *testing.T) {
	released := map[Engine][]string{
		SQLite:   {"736b590bc5c3ede0d08bcbec97b7c3848e162486a075f9a713233715a72400bc", "f83d6963fcec556676b0a23949c3a422521de1aa8961d139e9e70aac5e46a731"},
		Postgres: {"675a2b50916d093d052d68c9ef45f4073b7f2f6de9f80c6cb08b8b009b1e31d6", "ea843648400ca6043272faa65a9b5854ea1e25bfa573ba6f7c1029722fe9b164"},
		MySQL:    {"d6d071f81855826651d4f001c6fcf85b4a547cb99e611a29d5952c1a7cd71c9f", "4c96def811153ab131a46df023e3d8f1e248266bfe385b017fd14078f05a6a49"},
	}
	if len(released) != 3 {
		t.Errorf("%d engines are here; want 3", len(released))
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
