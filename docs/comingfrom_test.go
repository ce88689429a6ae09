package docs_test

import (
	"strings"
	"testing"
)

// TestDocs_EachRowOfComingFromHasATest: what is claimed of another package's
// setting is shown by a test, which TestDocs_NameOnlyTestsThatExist looks for.
func TestDocs_EachRowOfComingFromHasATest(t *testing.T) {
	rows := 0
	for line := range strings.Lines(read(t, "coming-from.md")) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| there ") || strings.HasPrefix(line, "| ---") {
			continue
		}
		rows++
		cells := strings.Split(strings.Trim(strings.ReplaceAll(line, `\|`, ""), "|"), "|")
		if len(cells) != 4 {
			t.Errorf("%d cells, want 4: %s", len(cells), line)
			continue
		}
		if !tested.MatchString(cells[3]) {
			t.Errorf("no test: %s", line)
		}
		if strings.TrimSpace(cells[0]) == "" || strings.TrimSpace(cells[1]) == "" {
			t.Errorf("says nothing: %s", line)
		}
	}
	if rows < 60 {
		t.Errorf("found only %d rows", rows)
	}
}
