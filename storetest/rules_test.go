package storetest

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/guise-go/guise"
)

// contract returns the comments of store.go, each in one line, and the numbers
// of the rules in them.
func contract(t *testing.T) (text string, numbers []string) {
	t.Helper()
	source, err := os.ReadFile("../store.go")
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for line := range strings.Lines(string(source)) {
		comment, ok := strings.CutPrefix(strings.TrimSpace(line), "//")
		if !ok {
			comment = "¶" // so that no quote spans two comments
		}
		words = append(words, strings.Fields(comment)...)
		if number := regexp.MustCompile(`^ +(\d+)\. `).FindStringSubmatch(comment); number != nil {
			numbers = append(numbers, number[1])
		}
	}
	return strings.Join(words, " "), numbers
}

func TestRules_AreThoseOfTheContract(t *testing.T) {
	contract, numbers := contract(t)
	quoted := map[string]bool{}
	for _, r := range rules() {
		number := strings.TrimLeft(strings.TrimPrefix(r.name, "Rule"), "0")
		quoted[number] = true
		want := r.text
		if strings.HasPrefix(r.name, "Rule") {
			want = number + ". " + r.text
		}
		if !strings.Contains(contract, want) {
			t.Errorf("store.go does not say: %s", want)
		}
		if len(r.checks) == 0 {
			t.Errorf("%s has no check", r.name)
		}
	}
	if len(numbers) == 0 {
		t.Error("store.go has no numbered rule")
	}
	for _, number := range numbers {
		if !quoted[number] {
			t.Errorf("rule %s of store.go has no check", number)
		}
	}
}

// TestFull_SetsEveryField makes sure that a field added to the types is one
// that the suite sends through the store.
func TestFull_SetsEveryField(t *testing.T) {
	i := reflect.ValueOf(on(full("1"), full("2")))
	for n := range i.NumField() {
		if i.Field(n).IsZero() {
			t.Errorf("full leaves Impersonation.%s empty", i.Type().Field(n).Name)
		}
	}
	event := reflect.ValueOf(fullEvent().Chained(1, guise.Hash{1}))
	for n := range event.NumField() {
		if event.Field(n).IsZero() {
			t.Errorf("fullEvent leaves Event.%s empty", event.Type().Field(n).Name)
		}
	}
}
