package partition

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

func jar(t *testing.T, names ...string) *Jar {
	t.Helper()
	j, errs := New(names, "guise")
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return j
}

func TestNew_ChecksNames(t *testing.T) {
	for name, names := range map[string][]string{
		"empty": {""}, "with a space": {"a b"}, "Guise's own": {"guise"}, "twice": {"a", "b", "a"}, "with =": {"a=b"}, "control": {"a\n"},
	} {
		if j, errs := New(names, "guise"); len(errs) != 1 || j != nil {
			t.Errorf("%s: %v", name, errs)
		}
	}
	if j, errs := New(nil, "guise"); j != nil || errs != nil {
		t.Error("no names are no jar")
	}
}

func TestPresent_TheApplicationReadsThePartitionAlone(t *testing.T) {
	j := jar(t, "session", "__Host-cart", "__Secure-x")
	for cookies, want := range map[string]string{
		"":                                         "",
		"session=actor":                            "",
		"SESSION=actor; Session=actor":             "",
		"session=actor; theme=dark":                "theme=dark",
		"guise-A-session=s; session=actor":         "session=s",
		"guise-B-session=old; session=actor":       "",
		"guise-A-session=a=b; x=1":                 "session=a=b; x=1",
		"__Host-guise-A-cart=c; __Host-cart=actor": "__Host-cart=c",
		"guise-A-__Host-cart=c":                    "guise-A-__Host-cart=c", // not the partition's: without the prefix
		"__Secure-guise-A-x=1":                     "__Secure-x=1",
		"guise-A-theme=1":                          "guise-A-theme=1", // not one kept apart
		"guise-A-session":                          "session=",
		" session = actor ;\tb=2":                  "b=2",
	} {
		header := http.Header{}
		if cookies != "" {
			header.Set("Cookie", cookies)
		}
		if j.Present(header, "A"); header.Get("Cookie") != want {
			t.Errorf("%q: %q, want %q", cookies, header.Get("Cookie"), want)
		}
	}
}

func TestKeep_WhatTheApplicationSetsStaysInThePartition(t *testing.T) {
	j := jar(t, "session", "__Host-cart")
	for line, want := range map[string]string{
		"session=v":                                          "guise-A-session=v; Path=/",
		"session=v; Path=/app; Domain=a.example":             "guise-A-session=v; Path=/",
		"session=v; HttpOnly; SameSite=Strict; Max-Age=3600": "guise-A-session=v; Path=/; HttpOnly; SameSite=Strict",
		"session=; Max-Age=0":                                "guise-A-session=; Path=/; Max-Age=0",
		"session=; max-age=-1; path=/x":                      "guise-A-session=; Path=/; Max-Age=0",
		"session=; Expires=Thu, 01 Jan 1970 00:00:00 GMT":    "guise-A-session=; Path=/; Max-Age=0",
		"session=v; Expires=Thu, 01 Jan 2099 00:00:00 GMT":   "guise-A-session=v; Path=/",
		"session=v; Secure; SameSite=None; Partitioned":      "guise-A-session=v; Path=/; Secure; SameSite=None",
		"session=v; partitioned=x; HttpOnly":                 "guise-A-session=v; Path=/; HttpOnly",
		"Session=v":                                          "guise-A-session=v; Path=/",
		"__Host-cart=c; Path=/; Secure":                      "__Host-guise-A-cart=c; Path=/; Secure",
		"session = v ; Priority=High":                        "guise-A-session=v; Path=/; Priority=High",
		"theme=dark; Path=/app":                              "theme=dark; Path=/app",
		"=session=evil":                                      "",
		"session":                                            "",
	} {
		header := http.Header{"Set-Cookie": {line}}
		j.Keep(header, "A")
		if got := strings.Join(header["Set-Cookie"], "|"); got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

func TestClear_DeletesAllButTheKept(t *testing.T) {
	j := jar(t, "session", "__Host-cart")
	request := http.Header{"Cookie": {"session=actor; guise-A-session=1; __Host-guise-A-cart=2; guise-B-session=3; guise-A-theme=4"}}
	response := http.Header{}
	j.Clear(response, request, "B")
	want := []string{"guise-A-session=; Path=/; Max-Age=0; HttpOnly", "__Host-guise-A-cart=; Path=/; Max-Age=0; HttpOnly; Secure"}
	if got := response["Set-Cookie"]; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestWithhold_LeavesTheActorsOwn(t *testing.T) {
	j := jar(t, "session")
	header := http.Header{"Cookie": {"session=actor; guise-A-session=1", "theme=dark"}}
	if j.Withhold(header); header.Get("Cookie") != "session=actor; theme=dark" {
		t.Errorf("%q", header.Get("Cookie"))
	}
}

// FuzzRoundTrip: what the application sets comes back to it under the same
// name, in its own impersonation and in no other.
func FuzzRoundTrip(f *testing.F) {
	for _, seed := range attacks {
		f.Add(seed.name, seed.rest)
	}
	f.Fuzz(func(t *testing.T, name, rest string) {
		j, errs := New([]string{name}, "guise")
		if j == nil || len(errs) > 0 {
			return
		}
		set := http.Header{"Set-Cookie": {name + "=" + rest}}
		j.Keep(set, "A")
		if len(set["Set-Cookie"]) != 1 {
			t.Fatalf("%q was lost", rest)
		}
		pair, _, _ := strings.Cut(set["Set-Cookie"][0], ";")
		for id, want := range map[string]bool{"A": true, "B": false} {
			request := http.Header{"Cookie": {name + "=actor; " + pair}}
			j.Present(request, id)
			if got := strings.HasPrefix(request.Get("Cookie"), name+"="); got != want {
				t.Fatalf("impersonation %s: %q of %q", id, request.Get("Cookie"), pair)
			}
			if strings.Contains(request.Get("Cookie"), "actor") && !strings.Contains(rest, "actor") {
				t.Fatalf("the actor's own is readable: %q", request.Get("Cookie"))
			}
		}
	})
}
