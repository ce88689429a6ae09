package redirect

import (
	"os"
	"strconv"
	"strings"
	"testing"
)

// lines reads a corpus: its lines without comments, each as the strings that an
// arrow separates.
func lines(t testing.TB, name string) [][]string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var all [][]string
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		parts := strings.Split(line, " -> ")
		for i, part := range parts {
			if line[0] == '"' {
				if parts[i], err = strconv.Unquote(part); err != nil {
					t.Fatalf("%s: line %s: %v", name, line, err)
				}
			}
		}
		all = append(all, parts)
	}
	return all
}

func TestSafe_RefusesEveryHostileAddress(t *testing.T) {
	all := lines(t, "testdata/hostile.txt")
	if len(all) < 500 {
		t.Errorf("the corpus has %d addresses, fewer than 500", len(all))
	}
	for _, line := range all {
		if got, ok := Safe(line[0]); ok || got != "" {
			t.Errorf("Safe(%q) = %q, %v", line[0], got, ok)
		}
	}
}

func TestSafe_FollowsGoodAddresses(t *testing.T) {
	for _, line := range lines(t, "testdata/good.txt") {
		in, want := line[0], line[len(line)-1]
		if got, ok := Safe(in); !ok || got != want {
			t.Errorf("Safe(%q) = %q, %v; want %q", in, got, ok, want)
		}
		checkLocation(t, in)
	}
}

func TestSafe_Length(t *testing.T) {
	at := "/" + strings.Repeat("a", maxLen-1)
	if _, ok := Safe(at); !ok {
		t.Errorf("an address of %d bytes is refused", len(at))
	}
	if _, ok := Safe(at + "a"); ok {
		t.Errorf("an address of %d bytes is followed", len(at)+1)
	}
	if _, ok := Safe(at[:maxLen-1] + " "); ok {
		t.Error("an address that grows over the limit when it is escaped is followed")
	}
}

func TestSameHost(t *testing.T) {
	for _, row := range []struct{ address, host, want string }{
		{"https://app.example/x?y=z#w", "app.example", "/x?y=z#w"},
		{"http://app.example:8080/x", "app.example:8080", "/x"},
		{"https://APP.example/x", "app.example", "/x"},
		{"https://app.example", "app.example", "/"},
		{"https://app.example?x=y", "app.example", "/?x=y"},
		{"https://app.example/a%2Fb", "app.example", "/a%2Fb"},
		{"https://app.example:8080/x", "app.example", ""},
		{"https://evil.example/x", "app.example", ""},
		{"https://app.example.evil.example/", "app.example", ""},
		{"https://app.example@evil.example/", "app.example", ""},
		{"https://user@app.example/", "app.example", ""},
		{"https://app.example//evil.example", "app.example", ""},
		{"https://app.example/..//evil.example", "app.example", ""},
		{"ftp://app.example/x", "app.example", ""},
		{"//app.example/x", "app.example", ""},
		{"/x", "app.example", ""},
		{"https:///x", "", ""},
		{"https:app.example/x", "app.example", ""},
		{"javascript://app.example/%0aalert(1)", "app.example", ""},
		{"https://app.example/%zz", "app.example", ""},
		{"", "app.example", ""},
	} {
		if got, ok := SameHost(row.address, row.host); got != row.want || ok != (row.want != "") {
			t.Errorf("SameHost(%q, %q) = %q, %v; want %q", row.address, row.host, got, ok, row.want)
		}
	}
}

func TestWithin(t *testing.T) {
	for _, row := range []struct {
		location, prefix string
		want             bool
	}{
		{"/impersonate/", "/impersonate/", true},
		{"/impersonate", "/impersonate/", true},
		{"/impersonate/stop", "/impersonate/", true},
		{"/impersonate/stop", "/impersonate", true},
		{"/impersonate/stop?x#y", "/impersonate/stop", true},
		{"/Impersonate/STOP", "/impersonate/stop", true},
		{"/%69mpersonate/stop", "/impersonate/", true},
		{"/%2569mpersonate/stop", "/impersonate/", true},
		{"/impersonate%2Fstop", "/impersonate/stop", true},
		{"/impersonate;x=y/stop;z", "/impersonate/stop", true},
		{"/impersonate?x", "/impersonate/", true},
		{"/impersonate#x", "/impersonate/", true},
		{"/app/impersonate/stop", "/app/impersonate/", true},
		{"/x", "/", true},
		{"/impersonated", "/impersonate/", false},
		{"/x/impersonate/stop", "/impersonate/", false},
		{"/x?next=/impersonate/stop", "/impersonate/", false},
		{"/x#/impersonate/stop", "/impersonate/", false},
		{"/", "/impersonate/", false},
	} {
		if _, ok := Safe(row.location); !ok {
			t.Errorf("row %q is not a safe location", row.location)
		}
		if got := Within(row.location, row.prefix); got != row.want {
			t.Errorf("Within(%q, %q) = %v", row.location, row.prefix, got)
		}
	}
}
