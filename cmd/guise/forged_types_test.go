package main

import (
	"maps"
	"path/filepath"
	"strings"
	"testing"
)

// asBlob has a column's text, or number, kept as bytes: it reads the same, and no
// query that compares with it finds it.
func asBlob(table, column, where string) string {
	return `UPDATE ` + table + ` SET ` + column + ` = CAST(` + column + ` AS BLOB) WHERE ` + where
}

const (
	nullNote  = `; UPDATE guise_impersonations SET note = NULL WHERE id = 'i-2'`
	wordDepth = `; UPDATE guise_impersonations SET depth = 'x' WHERE id = 'i-2'`
	// twice writes a row again, where neither its key nor its token's index is.
	twice = `; INSERT INTO guise_impersonations (` + allOfRow + `) SELECT ` + allOfRow + ` FROM guise_impersonations WHERE id = 'i-1'`

	allOfRow = "id, stack_id, parent_id, depth, state, mode, reason, ticket, code, actor_id, actor_username, actor_name, actor_email, actor_tenant, " +
		"subject_id, subject_username, subject_name, subject_email, subject_tenant, started_at, expires_at, last_seen_at, ended_at, cause, " +
		"ended_by_id, ended_by_username, ended_by_name, ended_by_email, ended_by_tenant, note, return_to, client_ip, user_agent, token_hash, search"
)

type forgery struct{ statements, says string }

// misfits are values that no store writes: of another type where an engine takes
// such, or where whoever forges has changed the table first.
var misfits = map[string]map[string]forgery{
	"PostgreSQL": {
		"a note of nothing": {`ALTER TABLE guise_impersonations ALTER note DROP NOT NULL` + nullNote, "impersonation i-2 has in its row note missing"},
		"a depth of words":  {`ALTER TABLE guise_impersonations ALTER depth TYPE TEXT` + wordDepth, "impersonation i-2 has in its row depth missing, or of another type"},
		"two rows":          {`ALTER TABLE guise_impersonations DROP CONSTRAINT guise_impersonations_pkey; DROP INDEX guise_impersonations_token` + twice, "impersonation i-1 has two rows"},
		"no number of the head": {`ALTER TABLE guise_head ALTER seq DROP NOT NULL; UPDATE guise_head SET seq = NULL`,
			"event 1 and what follows may not be all there is"},
	},
	"MariaDB": {
		"a note of nothing": {`ALTER TABLE guise_impersonations MODIFY note LONGTEXT` + nullNote, "impersonation i-2 has in its row note missing"},
		"a depth of words":  {`ALTER TABLE guise_impersonations MODIFY depth LONGTEXT NOT NULL` + wordDepth, "impersonation i-2 has in its row depth missing, or of another type"},
		"two rows":          {`ALTER TABLE guise_impersonations DROP PRIMARY KEY, DROP INDEX guise_impersonations_token` + twice, "impersonation i-1 has two rows"},
		"no number of the head": {`ALTER TABLE guise_head MODIFY seq BIGINT; UPDATE guise_head SET seq = NULL`,
			"event 1 and what follows may not be all there is"},
	},
	"SQLite": {
		"a depth of words":   {`SELECT 1` + wordDepth, "impersonation i-2 has in its row depth missing, or of another type"},
		"a limit of words":   {`UPDATE guise_impersonations SET expires_at = 'never' WHERE id = 'i-2'`, "impersonation i-2 has in its row expires_at missing, or of another type"},
		"a start in between": {`UPDATE guise_impersonations SET started_at = started_at + 0.5 WHERE id = 'i-2'`, "impersonation i-2 has in its row started_at missing, or of another type"},
		"a token of text":    {`UPDATE guise_impersonations SET token_hash = 'x' WHERE id = 'i-2'`, "impersonation i-2 has in its row token_hash missing, or of another type"},
		"a kind of bytes":    {asBlob("guise_events", "kind", "seq = 3"), "event 3 has a NULL, a value of another type"},
		"an event of no row": {asBlob("guise_events", "impersonation_id", "seq = 3"), "event 3 has a NULL, a value of another type"},
		"a time of bytes":    {asBlob("guise_events", "time", "seq = 3"), "event 3 has a NULL, a value of another type"},
		"a status of bytes":  {asBlob("guise_events", "status", "seq = 3"), "event 3 has a NULL, a value of another type"},
		"a method of bytes":  {asBlob("guise_events", "method", "seq = 3"), "event 3 has a NULL, a value of another type"},
		"a hash of text":     {`UPDATE guise_events SET hash = CAST(hash AS TEXT) WHERE seq = 3`, "event 3 has a NULL, a value of another type"},
		"a purge's hash of text": {`UPDATE guise_events SET purged_hash = CAST(purged_hash AS TEXT) WHERE seq = 8`,
			"event 8 has a NULL, a value of another type"},
		"a head's hash of text":    {`UPDATE guise_head SET hash = CAST(hash AS TEXT)`, "event 10 has in guise_head what is no hash"},
		"a head's number of words": {`UPDATE guise_head SET seq = 'x'`, "event 1 and what follows may not be all there is"},
		"a head's number of bytes": {asBlob("guise_head", "seq", "id = 1"), "event 1 and what follows may not be all there is"},
		"two rows": {`CREATE TABLE other AS SELECT * FROM guise_impersonations; DROP TABLE guise_impersonations; ALTER TABLE other RENAME TO guise_impersonations` +
			twice, "impersonation i-1 has two rows"},
	},
}

// TestP9_LogVerify_FindsWhatNoStoreWrites: it names the event, or the row, and
// never just fails.
func TestP9_LogVerify_FindsWhatNoStoreWrites(t *testing.T) {
	t.Parallel()
	for engine, address := range addresses {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			all := maps.Clone(misfits[engine])
			if engine == "SQLite" {
				for column := range strings.SplitSeq(allOfRow, ", ") {
					all[column+" of bytes"] = forgery{asBlob("guise_impersonations", column, "id = 'i-1'"), "impersonation i-1 has in its row " + column + " missing, or of another type"}
				}
				delete(all, "token_hash of bytes") // as it should be
			}
			for name, forgery := range all {
				t.Run(name, func(t *testing.T) {
					where, db := written(t, address(t))
					execAll(t, db, dropTriggers[engine])
					execAll(t, db, forgery.statements)
					if status, said := guiseSays("log verify --db " + where); status != exitNo || !strings.Contains(said, forgery.says) {
						t.Errorf("status %d, %s\nwant status %d, and %q", status, said, exitNo, forgery.says)
					}
				})
			}
		})
	}
}

// TestLogList_ShowsWhatElseThereIs beside a row that can't be read, and as much of
// that as can be.
func TestLogList_ShowsWhatElseThereIs(t *testing.T) {
	t.Parallel()
	for engine, address := range addresses {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			where, db := written(t, address(t))
			execAll(t, db, misfits[engine]["a depth of words"].statements)
			for _, command := range []string{"log list", "log export"} {
				if status, said := guiseSays(command + " --db " + where); status != 0 || !strings.Contains(said, "i-1") || !strings.Contains(said, "i-2") {
					t.Errorf("%s: status %d, %s", command, status, said)
				}
			}
			if status, said := guiseSays("log show i-2 --db " + where); status != exitFailed || !strings.Contains(said, `impersonation "i-2" has in its row what can't be read`) {
				t.Errorf("log show: status %d, %s", status, said)
			}
		})
	}
}

// TestLogExport_LeavesNothingOutUnsaid: SQLite lists a start that is no number
// before all others, and a page that went on from there would be the last.
func TestLogExport_LeavesNothingOutUnsaid(t *testing.T) {
	t.Parallel()
	for _, start := range []string{`CAST(started_at AS BLOB)`, `'x'`} {
		where, db := written(t, filepath.Join(t.TempDir(), "app.db"))
		execAll(t, db, `UPDATE guise_impersonations SET started_at = `+start+` WHERE id = 'i-1'`)
		for _, command := range []string{"log list --limit 1", "log export"} {
			if status, said := guiseSays(command + " --db " + where); status != exitFailed || !strings.Contains(said, `impersonation "i-1" has in its row`) {
				t.Errorf("%s, %s: status %d, %s", start, command, status, said)
			}
		}
	}
}
