package sqlusers

import (
	"strings"
	"testing"
)

// Security: what a class has may become part of the SQL, or an argument that the
// database converts. So only the one spelling is let through that the database
// itself writes.
func TestClassHas_OnlyWhatTheDatabaseWrites(t *testing.T) {
	const id = "0a1b2c3d-aaaa-4bbb-8ccc-00000000000f"
	for _, row := range []struct {
		class    class
		has, not []string
	}{
		{integral, []string{"0", "7", "-7", "9223372036854775807"}, []string{"", "007", "+7", " 7", "7 ", "-0", "7.0", "1e3", "9223372036854775808", "７", "7--"}},
		{unsigned, []string{"0", "18446744073709551615"}, []string{"", "-1", "007", "18446744073709551616", "1 OR 1=1"}},
		{decimal, []string{"0", "-7", "7.00", "0.5", strings.Repeat("9", 65), "0." + strings.Repeat("1", 38)}, []string{"", "007", "7.", ".5", "1e3", "NaN", "Infinity", "7\n", "7;", strings.Repeat("9", 201)}},
		{uuid, []string{id}, []string{"", strings.ToUpper(id), "{" + id + "}", strings.ReplaceAll(id, "-", ""), id + "\n"}},
		{binary, []string{"", "00ff"}, []string{"0", "0F", "0x00", "00 "}},
		{padded, []string{"", "a", " a"}, []string{"a ", "\xff"}},
		{textual, []string{"", "a ", "'"}, []string{"\xff"}},
	} {
		for _, text := range row.has {
			if !row.class.has(text) {
				t.Errorf("class %d has not %q", row.class, text)
			}
		}
		for _, text := range row.not {
			if row.class.has(text) {
				t.Errorf("class %d has %q", row.class, text)
			}
		}
	}
}

// What looks like another engine's placeholders in the application's own SQL
// stays as it is.
func TestStatement_NumbersOnlyItsOwnMarks(t *testing.T) {
	const text = "SELECT settings ? 'a', '$1' WHERE a = " + mark + " AND b = " + mark
	for d, want := range map[dialect]string{
		sqlite{}:   "SELECT settings ? 'a', '$1' WHERE a = ? AND b = ?",
		postgres{}: "SELECT settings ? 'a', '$1' WHERE a = $1 AND b = $2",
	} {
		if got := statement(d, text); got != want {
			t.Errorf("%T: %s; want %s", d, got, want)
		}
	}
}
