package sqlguard

import "strings"

// What onlySettings knows, all of the database's own: functions, with how many
// commas a call has; what reads like a function; types to cast to.
var (
	settingCalls = map[string][2]int{"set_config": {2, 2}, "current_setting": {0, 1}}
	settingForms = []string{"coalesce", "nullif", "cast"}
	settingTypes = []string{
		"text", "varchar", "bpchar", "name", "uuid", "bool", "boolean", "int", "integer", "smallint", "bigint",
		"int2", "int4", "int8", "numeric", "date", "timestamp", "timestamptz", "json", "jsonb", "inet",
	}
)

// onlySettings reports whether a SELECT does nothing but call set_config and
// current_setting, which is how settings are set with parameters: for row-level
// security, say. In a bracket of its own the setting would be undone with it.
// Whatever it does not know may be a function of the application's.
func (s statement) onlySettings() bool {
	depth := 0 // of parentheses
	for i := 1; i < len(s.tokens); i++ {
		t := s.tokens[i]
		switch {
		case t.marks("("):
			depth++
		case t.marks(")"):
			depth--
		case depth == 0 && s.namesColumn(i), t.kind == text:
		case t.kind == mark && strings.Contains(",.:|", t.text):
		case t.kind != word || !s.settingWord(i):
			return false
		}
	}
	return depth == 0 && s.names("set_config")
}

// namesColumn reports whether the token at i is what a column is to be called.
func (s statement) namesColumn(i int) bool {
	ends := i+1 == len(s.tokens) || s.marksAt(i+1, ",")
	return s.tokens[i].kind <= name && ends && (s.at(i-1, "AS") || s.marksAt(i-1, ")"))
}

// settingWord reports whether onlySettings knows the word at i.
func (s statement) settingWord(i int) bool {
	if s.marksAt(i+1, "(") {
		commas, known := settingCalls[strings.ToLower(s.tokens[i].text)]
		n := s.commas(i + 1)
		return s.at(i, settingForms...) || known && commas[0] <= n && n <= commas[1]
	}
	before := i - 1
	if s.marksAt(before, ".") { // behind pg_catalog, or else that is not known
		before -= 2
	}
	if s.marksAt(before, ":") || s.at(before, "AS") {
		return s.at(i, settingTypes...) || s.at(i, "pg_catalog")
	}
	return s.at(i, "AS", "true", "false", "null") || s.at(i, "pg_catalog") && s.marksAt(i+1, ".")
}

func (s statement) marksAt(i int, character string) bool {
	return 0 <= i && i < len(s.tokens) && s.tokens[i].marks(character)
}

// commas counts those between the arguments of the call whose parenthesis is at i.
func (s statement) commas(i int) (count int) {
	for depth := 0; i < len(s.tokens); i++ {
		switch t := s.tokens[i]; {
		case t.marks("("):
			depth++
		case t.marks(")"):
			if depth--; depth == 0 {
				return count
			}
		case t.marks(",") && depth == 1:
			count++
		}
	}
	return count
}
