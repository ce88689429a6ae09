package console

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/guise-go/guise"
)

// keyText is a key where a template or the code names it whole.
var keyText = regexp.MustCompile(`(?:\b(?:T|count|countSoFar|record|amount)[ (])"([a-z0-9._-]+[a-z0-9])"|\{"(unit\.[a-z]+)"`)

// namedKeys are those that are put together while a page is made.
func namedKeys() []string {
	keys := []string{"ended.unknown"}
	for _, c := range guise.Causes() {
		keys = append(keys, "cause."+string(c), "ended."+string(c))
	}
	for _, s := range []guise.State{guise.StateActive, guise.StateEnded, guise.StateDenied} {
		keys = append(keys, "state."+string(s))
	}
	for _, m := range []guise.Mode{guise.ReadOnly, guise.ReadWrite} {
		keys = append(keys, "mode."+string(m), "mode."+string(m)+".hint")
	}
	for _, rule := range []string{"nobody", "actor-inactive", "oneself", "subject-inactive", "superuser", "unknown-mode", "scope", "policy"} {
		keys = append(keys, "rule."+rule)
	}
	for _, code := range []string{
		"actor-inactive", "excluded", "may-not-find", "no-policy", "oneself", "other-tenant", "scope", "staff-only",
		"subject-inactive", "subject-is-staff", "superuser", "superusers-only", "unknown-mode", "user-not-found",
	} {
		keys = append(keys, "code."+code)
	}
	for _, limit := range []string{"starts", "refusals", "searches", "exports", "people"} {
		keys = append(keys, "limit."+limit)
	}
	for _, refusal := range ownRefusals() {
		keys = append(keys, "why."+refusal.Code)
	}
	for _, k := range []guise.Kind{
		guise.KindStarted, guise.KindDenied, guise.KindModeChanged, guise.KindRequest, guise.KindEnded, guise.KindNote, guise.KindPurged, guise.KindLimited,
	} {
		keys = append(keys, "kind."+string(k))
	}
	return keys
}

func TestEachTextIsThereAndNoneIsStray(t *testing.T) {
	used := map[string]string{}
	for _, key := range namedKeys() {
		used[key] = "the code"
	}
	templates, _ := fs.Glob(files, "templates/*.html")
	sources, _ := filepath.Glob("*.go")
	for _, name := range append(templates, sources...) {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range keyText.FindAllStringSubmatch(string(content), -1) {
			used[m[1]+m[2]] = name
		}
	}
	content, err := os.ReadFile("locales/en.json")
	if err != nil {
		t.Fatal(err)
	}
	var have map[string]string
	if err := json.Unmarshal(content, &have); err != nil {
		t.Fatal(err)
	}
	for key, where := range used {
		if have[key] == "" {
			t.Errorf("%s uses %q, which has no text", where, key)
		}
	}
	for key := range have {
		if used[key] == "" {
			t.Errorf("nothing uses %q", key)
		}
	}
}

func TestNoTextStandsForItself(t *testing.T) {
	key := regexp.MustCompile(`>\s*[a-z]+\.[a-z][a-z-]*\s*<`)
	c := mustNew(t, guise.ConsoleOptions{})
	for name, p := range samples() {
		if found := key.FindString(strings.ReplaceAll(render(t, c, p), "<wbr>", "")); found != "" {
			t.Errorf("%s: %s", name, found)
		}
	}
}

func TestAValueCantLeaveItsPlaceInAText(t *testing.T) {
	v := testView(t).words
	have := v.T("users.none", "query", "a\u2069{query}\u202eb")
	if want := "Nobody found for “\u2068a{query}b\u2069”"; have != want {
		t.Errorf("%q, not %q", have, want)
	}
}
