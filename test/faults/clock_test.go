package faults

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// asksTheTime are the ways to ask an engine for the time.
var asksTheTime = regexp.MustCompile(`(?i)\bnow\(|current_time|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday|localtime|` +
	`unixepoch|julianday|strftime|datetime\(|sysdate|curtime|utc_time|unix_timestamp|from_unixtime`)

// TestFault_TheDatabasesClockIsNotAsked, so that it may be wrong: every time in a
// row and every limit is of an instance's clock. Only when a migration was
// applied, which nothing reads, is the database's.
func TestFault_TheDatabasesClockIsNotAsked(t *testing.T) {
	files := 0
	err := fs.WalkDir(os.DirFS("../../sqlstore"), ".", func(path string, _ fs.DirEntry, err error) error {
		goFile := strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go")
		if err != nil || !goFile && filepath.Ext(path) != ".sql" {
			return err
		}
		files++
		content, err := os.ReadFile("../../sqlstore/" + path)
		if err != nil {
			return err
		}
		for n, line := range strings.Split(string(content), "\n") {
			if strings.Contains(line, "applied_at") || goFile && strings.Contains(line, "time.Now()") {
				continue
			}
			if asksTheTime.MatchString(line) {
				t.Errorf("%s:%d asks the database for the time: %s", path, n+1, strings.TrimSpace(line))
			}
		}
		return nil
	})
	if err != nil || files < 20 {
		t.Errorf("%d files, %v", files, err)
	}
}
