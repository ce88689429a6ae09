package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCopy_ToAnotherEngineAndBack: the chain is the same one wherever it is.
func TestCopy_ToAnotherEngineAndBack(t *testing.T) {
	t.Parallel()
	for engine, address := range addresses {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			where, db := written(t, filepath.Join(t.TempDir(), "app.db"))
			there, back := address(t), filepath.Join(t.TempDir(), "back.db")
			_, noted := guiseSays("log head --db " + where)
			for _, step := range []string{"copy --from " + where + " --to " + there, "copy --from " + there + " --to " + back} {
				if status, said := guiseSays(step); status != 0 || !strings.Contains(said, "Copied 9 events and 2 impersonations") {
					t.Fatalf("%s: status %d, %s", step, status, said)
				}
			}
			if status, said := guiseSays("log verify --db " + back + " --head " + strings.TrimSpace(noted)); status != 0 {
				t.Errorf("what came back: status %d, %s", status, said)
			}
			if status, said := guiseSays("copy --from " + there + " --to " + there); status != exitUsage || !strings.Contains(said, "--from and --to both name") {
				t.Errorf("copied to itself: status %d, %s", status, said)
			}
			if status, said := guiseSays("copy --from " + where + " --to " + there); status != exitFailed || !strings.Contains(said, "already") {
				t.Errorf("copied once more: status %d, %s; want it refused", status, said)
			}
			execAll(t, db, dropTriggers["SQLite"])
			execAll(t, db, `UPDATE guise_events SET note = 'forged' WHERE seq = 9`)
			if status, said := guiseSays("copy --from " + where + " --to " + address(t)); status != exitNo || !strings.Contains(said, "event 9 was changed") {
				t.Errorf("copied what does not hold: status %d, %s", status, said)
			}
		})
	}
}

// TestMigrate_OnlyWhenItIsSaid: a slip in an address makes no tables.
func TestMigrate_OnlyWhenItIsSaid(t *testing.T) {
	t.Parallel()
	for engine, address := range addresses {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			where := address(t)
			if engine == "SQLite" {
				if status, said := guiseSays("migrate --db " + where); status != exitFailed || !strings.Contains(said, "no such file") {
					t.Errorf("migrate of a missing file: status %d, %s", status, said)
				}
				if err := os.WriteFile(where, nil, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if status, said := guiseSays("log head --db " + where); status != exitFailed || !strings.Contains(said, "run guise migrate") {
				t.Errorf("log head without tables: status %d, %s", status, said)
			}
			prints := func(says, not string) {
				t.Helper()
				if status, said := guiseSays("migrate --print --db " + where); status != 0 || !strings.Contains(said, says) || strings.Contains(said, not) {
					t.Errorf("migrate --print: status %d, %s; want %q and not %q", status, said, says, not)
				}
			}
			prints("CREATE TABLE", "Nothing to do")
			for _, says := range []string{"Applied migration 1: tables", "Nothing to do"} {
				if status, said := guiseSays("migrate --db " + where); status != 0 || !strings.Contains(said, says) {
					t.Errorf("migrate: status %d, %s; want %q", status, said, says)
				}
			}
			prints("-- Nothing to do", "CREATE TABLE")
			db, _ := handleOn(t, where)
			execAll(t, db, `DELETE FROM guise_migrations WHERE version = 2`)
			prints("-- Guise, migration 2", "migration 1")
		})
	}
	if status, said := guiseSays("migrate --print --engine postgres"); status != 0 || !strings.Contains(said, "CREATE TABLE guise_events") {
		t.Errorf("migrate --print: status %d, %s", status, said)
	}
}
