package main

import (
	"os"
	"strings"
	"testing"
)

const root = "../.."

// TestMutations_AreOfLinesThatAreThere: a list that has gone stale guards nothing.
// docs/reliability.md shows the same list.
func TestMutations_AreOfLinesThatAreThere(t *testing.T) {
	all, err := read("mutations.txt")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(root + "/docs/reliability.md")
	if err != nil {
		t.Fatal(err)
	}
	promises := map[string]int{}
	for _, m := range all {
		promises[m.promise]++
		if content, err := m.mutated(root); err != nil || !strings.Contains(content, m.instead) {
			t.Errorf("%s: %s: %v", m.file, m.line, err)
		}
		if row := m.row(); !strings.Contains(string(page), row) {
			t.Errorf("docs/reliability.md lacks:\n%s", row)
		}
	}
	for _, promise := range strings.Fields("P1 P2 P3 P4 P5 P6 P7 P8 P9 P10") {
		if promises[promise] < 2 {
			t.Errorf("%d lines of %s are in the list; want two at least", promises[promise], promise)
		}
	}
}

// row is the mutation's row in the table.
func (m mutation) row() string {
	code := func(s string) string { return "`" + strings.ReplaceAll(strings.TrimSpace(s), "|", `\|`) + "`" }
	_, tests := m.where()
	return "| " + m.promise + " | " + m.file + " | " + code(m.line) + " | " + code(m.instead) + " | `" + strings.ReplaceAll(tests, "|", "` `") + "` |"
}

// TestCaught_KnowsWhoNotices: it tells a test that fails from one that does not,
// and from a change that does not build.
func TestCaught_KnowsWhoNotices(t *testing.T) {
	const (
		line   = "	never(\"subject-inactive\", \"This account is not active.\", func(_ *Manager, ask Ask) bool { return !ask.Subject.Active }),"
		broken = "	never(\"subject-inactive\", \"This account is not active.\", func(*Manager, Ask) bool { return false }),"
	)
	for name, row := range map[string]struct {
		instead, test, want string
	}{
		"fails":          {broken, "TestCheck_RulesThatNoPolicyOverrides", ""},
		"passes":         {line + " // the same", "TestCheck_RulesThatNoPolicyOverrides", "passes without it"},
		"does not build": {"	nothing,", "TestCheck_RulesThatNoPolicyOverrides", "did not run"},
	} {
		err := mutation{"P2", "rules.go", row.test, line, row.instead}.caught(t.Context(), root)
		if (err == nil) != (row.want == "") || err != nil && !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v; want %q", name, err, row.want)
		}
	}
}
