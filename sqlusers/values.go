package sqlusers

import (
	"encoding/hex"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// splitOdd separates the values that JSON can carry through any database from
// those that it can't.
func splitOdd(values []string) (plain, odd []string) {
	for _, value := range values {
		if utf8.ValidString(value) && !strings.ContainsRune(value, 0) {
			plain = append(plain, value)
		} else {
			odd = append(odd, value)
		}
	}
	return plain, odd
}

// jsonList is one argument for a list of any length.
func jsonList(values []string) string {
	if values == nil {
		return "[]"
	}
	return mustJSON(values)
}

// jsonListWithNumbers adds each integer among the values as a number too: a
// column without a type equals 7 or "7", never both.
func jsonListWithNumbers(values []string) string {
	list := make([]any, 0, len(values))
	for _, value := range values {
		list = append(list, value)
		if n, ok := integer(value); ok {
			list = append(list, n)
		}
	}
	return mustJSON(list)
}

func mustJSON(list any) string {
	text, err := json.Marshal(list)
	if err != nil {
		return "[]" // strings and integers always marshal; besides, nobody is in an empty list
	}
	return string(text)
}

func hexadecimal(values []string) []string {
	list := make([]string, len(values))
	for i, value := range values {
		list[i] = strings.ToUpper(hex.EncodeToString([]byte(value)))
	}
	return list
}
