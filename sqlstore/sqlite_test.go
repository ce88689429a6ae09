package sqlstore

import (
	"reflect"
	"regexp"
	"testing"
)

// TestSQLite_SeesNoValue: a bare ? that SQLite plans with makes it compile the
// statement at each use. Drivers can't tell how often that happened, so this
// looks at the text: after WHERE, each is +?.
func TestSQLite_SeesNoValue(t *testing.T) {
	bare := regexp.MustCompile(`(?s)\b(WHERE|LIMIT)\b.*[^+]\?`)
	d := sqlite()
	texts := map[string]string{"active": d.active(2), "marks": "WHERE 1 IN (" + d.marks(1, 2), "log": "WHERE " + d.log.mark(1)}
	for field, value := range reflect.ValueOf(*d).Fields() {
		if value.Kind() == reflect.String {
			texts[field.Name] = value.String()
		}
	}
	for name, text := range texts {
		if found := bare.FindString(text); found != "" {
			t.Errorf("%s is planned by what is bound: %s", name, found)
		}
	}
}
