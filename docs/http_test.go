package docs_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// answer is one request to an endpoint, and what docs/http.md says it answers.
type answer struct {
	before        []string
	request       string // the rest of the path, and the body of a POST
	accept        string
	status        int
	says          string // the code, the place a redirect leads to, or a part of the body
	header, value string
}

// answers are requests to every endpoint, so that each status in docs/http.md
// is one that was seen. The first that is answered with JSON is the example.
var answers = map[string][]answer{
	"GET /": {{request: "", accept: "html", status: 303, says: "/impersonate/users"}},
	"POST start": {
		{request: "start user_id=10&ticket=HELP-4711&reason=empty+timetable", accept: "json", status: 201, says: `"state":"active"`},
		{request: "start user_id=10&next=/timetable", accept: "html", status: 303, says: "/timetable"},
		{request: "start user_id=10", accept: "html", status: 303, says: "/"},
		{request: "start user_id=10", accept: "browser", status: 307, says: "/impersonate/start?cookies=tried"},
		{request: "start?cookies=tried user_id=10", accept: "browser", status: 400, says: "keeps no cookies"},
		{request: "start user_id=10&duration=x", accept: "json", status: 400, says: "bad-request"},
		{request: `start {"user_id":"10","user_id":"11"}`, accept: "json", status: 400, says: "bad-request"},
		{request: "start user_id=2", accept: "json", status: 403, says: "not-allowed"},
		{before: []string{"Maya"}, request: "start user_id=11", accept: "json", status: 403, says: "may-not-find"},
		{request: "start user_id=99", accept: "json", status: 404, says: "not-found"},
		{before: []string{"start", "another browser"}, request: "start user_id=11", accept: "json", status: 409, says: `"running":{"id"`},
		{before: []string{"start"}, request: "start user_id=11", accept: "json", status: 409, says: "already-impersonating"},
		{request: "start user_id=10&mode=read_write", accept: "json", status: 422, says: "reason-required"},
		{request: "start user_id=10&ticket=please", accept: "json", status: 422, says: "ticket-required"},
		{request: "start user_id=10&ticket=HELP-503", accept: "json", status: 503, says: "unavailable"},
	},
	"POST stop": {
		{before: []string{"start"}, request: "stop", accept: "json", status: 200, says: `"cause":"stopped"`},
		{before: []string{"start"}, request: "stop next=/help", accept: "html", status: 303, says: "/help"},
		{request: "stop", accept: "html", status: 303, says: "/"},
		{request: "stop", accept: "json", status: 409, says: "not-impersonating"},
		{before: []string{"start", "an hour later"}, request: "stop", accept: "json", status: 409, says: "not-impersonating"},
	},
	"GET mode": {
		{before: []string{"start"}, request: "mode", accept: "html", status: 200, says: "read_write"},
		{request: "mode", accept: "html", status: 409},
	},
	"POST mode": {
		{before: []string{"start"}, request: "mode mode=read_write&reason=repair", accept: "json", status: 200, says: `"mode":"read_write"`},
		{before: []string{"start"}, request: "mode mode=read_write&reason=repair&next=/x", accept: "html", status: 303, says: "/x"},
		{before: []string{"start"}, request: "mode mode=god", accept: "json", status: 400, says: "bad-request"},
		{request: "mode mode=read_write", accept: "json", status: 409, says: "not-impersonating"},
		{before: []string{"start"}, request: "mode mode=read_write", accept: "json", status: 422, says: "reason-required"},
	},
	"GET status": {
		{before: []string{"start"}, request: "status", accept: "json", status: 200, says: `"impersonating":true`},
		{request: "status", accept: "json", status: 200, says: `"impersonating":false`},
	},
	"GET leave": {
		{before: []string{"start"}, request: "leave", accept: "html", status: 200, says: `action="/impersonate/stop"`},
		{request: "leave", accept: "html", status: 409},
	},
	"GET ended": {
		{request: "ended?cause=expired", accept: "html", status: 200, says: "<html"},
		{before: []string{"nobody"}, request: "ended", accept: "html", status: 200, says: "<html"},
		{request: "ended?cause=boredom", accept: "html", status: 400},
	},
	"GET users": {
		{request: "users?q=a", accept: "json", status: 200, says: `"can_impersonate":true`},
		{request: "users", accept: "html", status: 200, says: "Maya"},
		{request: "users?cursor=x", accept: "json", status: 400, says: "bad-request"},
		{before: []string{"Maya"}, request: "users", accept: "json", status: 403, says: "may-not-find"},
	},
	"GET users/{id}": {
		{before: []string{"start", "stop"}, request: "users/10", accept: "json", status: 200, says: `"impersonations":[{`},
		{request: "users/10?reason=why&ticket=HELP-1", accept: "html", status: 200, says: `value="HELP-1"`},
		{request: "users/10?duration=x", accept: "json", status: 400, says: "bad-request"},
		{before: []string{"Maya"}, request: "users/11", accept: "json", status: 403, says: "may-not-find"},
		{request: "users/99", accept: "json", status: 404, says: "not-found"},
	},
	"GET live": {
		{before: []string{"start"}, request: "live", accept: "json", status: 200, says: `"requests":`},
		{before: []string{"start", "another browser", "Stan"}, request: "live", accept: "json", status: 200, says: `"impersonations":[]`},
		{before: []string{"Maya"}, request: "live", accept: "json", status: 403, says: "may-not-find"},
	},
	"GET live/events": {
		{before: []string{"shutting down"}, request: "live/events", accept: "html", status: 200, says: "event: changed\n", header: "Content-Type", value: "text/event-stream"},
		{before: []string{"start"}, request: "live/events", accept: "html", status: 204},
		{before: []string{"Maya"}, request: "live/events", accept: "json", status: 403, says: "may-not-find"},
	},
	"POST live/{id}/end": {
		{before: []string{"start", "another browser", "Bo"}, request: "live/{imp}/end note=the+customer+objects", accept: "json", status: 200, says: `"cause":"revoked"`},
		{before: []string{"start"}, request: "live/{imp}/end next=/x", accept: "html", status: 303, says: "/x"},
		{before: []string{"start", "another browser", "Maya"}, request: "live/{imp}/end", accept: "json", status: 403, says: "may-not-find"},
		{before: []string{"start", "another browser", "Stan"}, request: "live/{imp}/end", accept: "json", status: 404, says: "not-found"},
		{before: []string{"start", "stop"}, request: "live/{imp}/end", accept: "json", status: 409, says: "not-impersonating"},
	},
	"GET log": {
		{before: []string{"start", "stop"}, request: "log?state=ended&actor=1&from=2026-03-31&to=2026-03-31", accept: "json", status: 200, says: `"cause":"stopped"`},
		{before: []string{"start", "another browser", "Stan"}, request: "log", accept: "json", status: 200, says: `"impersonations":[]`},
		{request: "log?from=yesterday", accept: "json", status: 400, says: "bad-request"},
		{before: []string{"Maya"}, request: "log", accept: "json", status: 403, says: "may-not-find"},
	},
	"GET log/{id}": {
		{before: []string{"start", "stop"}, request: "log/{imp}", accept: "json", status: 200, says: `"kind":"started"`},
		{before: []string{"start"}, request: "log/{imp}?after=x", accept: "json", status: 400, says: "bad-request"},
		{before: []string{"Maya"}, request: "log/x", accept: "json", status: 403, says: "may-not-find"},
		{request: "log/x", accept: "json", status: 404, says: "not-found"},
		{before: []string{"start", "another browser", "Stan"}, request: "log/{imp}", accept: "json", status: 404, says: "not-found"},
	},
	"GET log/unattached": {
		{before: []string{"note"}, request: "log/unattached?kind=note&actor=1", accept: "json", status: 200, says: "told on the telephone"},
		{before: []string{"note", "Stan"}, request: "log/unattached", accept: "json", status: 200, says: `"events":[]`},
		{request: "log/unattached?kind=started", accept: "json", status: 400, says: "bad-request"},
		{request: "log/unattached?cursor=x", accept: "json", status: 400, says: "bad-request"},
		{before: []string{"Maya"}, request: "log/unattached", accept: "json", status: 403, says: "may-not-find"},
	},
	"GET log/export": {
		{before: []string{"start"}, request: "log/export?format=jsonl", accept: "html", status: 200, says: `"state":"active"`, header: "Content-Type", value: "application/jsonl; charset=utf-8"},
		{before: []string{"start"}, request: "log/export?format=csv", accept: "html", status: 200, says: "actor_username", header: "Content-Type", value: "text/csv; charset=utf-8"},
		{request: "log/export", accept: "json", status: 400, says: "bad-request"},
		{before: []string{"Stan"}, request: "log/export?format=csv", accept: "json", status: 403, says: "not-permitted"},
	},
	"POST log/notes": {
		{request: "log/notes subject=10&note=told+on+the+telephone", accept: "json", status: 201, says: "told on the telephone"},
		{request: "log/notes subject=10&note=x", accept: "html", status: 303, says: "/impersonate/log/unattached"},
		{request: "log/notes subject=10", accept: "json", status: 400, says: "bad-request"},
		{before: []string{"Stan"}, request: "log/notes subject=10&note=x", accept: "json", status: 403, says: "not-permitted"},
		{request: "log/notes subject=99&note=x", accept: "json", status: 404, says: "not-found"},
	},
	"POST log/purge": {
		{request: "log/purge note=as+agreed", accept: "json", status: 200, says: `"events":0`},
		{request: "log/purge", accept: "html", status: 303, says: "/impersonate/log/unattached"},
		{before: []string{"Stan"}, request: "log/purge", accept: "json", status: 403, says: "not-permitted"},
	},
	"GET explain": {
		{request: "explain?actor=3&subject=2", accept: "json", status: 200, says: `"allowed":false`},
		{request: "explain", accept: "html", status: 200, says: "<form"},
		{request: "explain", accept: "json", status: 400, says: "bad-request"},
		{before: []string{"Stan"}, request: "explain?actor=1&subject=10", accept: "json", status: 403, says: "not-permitted"},
		{request: "explain?subject=99", accept: "json", status: 404, says: "not-found"},
	},
	"GET assets/": {
		{before: []string{"nobody"}, request: "assets/console.css", accept: "html", status: 200, header: "Cache-Control", value: "public, max-age=3600"},
		{request: "assets/", accept: "html", status: 404},
	},
}

var (
	statusRow = regexp.MustCompile(`(?m)^\| (\d{3}) `)
	example   = regexp.MustCompile("(?ms)^```json\n(.*?)^```$")
)

// TestHTTP_EndpointsAnswerAsDocumented: each endpoint of docs/http.md answers
// every status that is listed there, and no status is left out; the example
// has the fields of a true answer.
func TestHTTP_EndpointsAnswerAsDocumented(t *testing.T) {
	sections := httpSections(t)
	for name, cases := range answers {
		t.Run(name, func(t *testing.T) {
			section := sections[name]
			seen, documented := map[string]bool{}, map[string]bool{}
			for _, found := range statusRow.FindAllStringSubmatch(section, -1) {
				documented[found[1]] = true
			}
			wanted := example.FindStringSubmatch(section)
			for _, one := range cases {
				body := one.check(t, strings.Fields(name)[0])
				seen[strconv.Itoa(one.status)] = true
				if wanted != nil && one.accept == "json" && one.status < 300 {
					holdExample(t, wanted[1], body)
					wanted = nil
				}
			}
			if !maps.Equal(seen, documented) {
				t.Errorf("docs/http.md lists the statuses %v, the tests saw %v",
					slices.Sorted(maps.Keys(documented)), slices.Sorted(maps.Keys(seen)))
			}
		})
	}
}

func (a answer) check(t *testing.T, method string) string {
	t.Helper()
	d := newDesk(t)
	for _, step := range a.before {
		d.do(step)
	}
	path, body, _ := strings.Cut(a.request, " ")
	w := d.ask(method, path, body, a.accept)
	where := w.Header().Get("Location")
	switch {
	case w.Code != a.status:
		t.Errorf("%v %s %s: %d, want %d\n%s", a.before, method, a.request, w.Code, a.status, w.Body)
	case where != "" && where != a.says:
		t.Errorf("%v %s %s leads to %s, want %s", a.before, method, a.request, where, a.says)
	case where == "" && !strings.Contains(w.Body.String(), a.says):
		t.Errorf("%v %s %s: no %s in\n%s", a.before, method, a.request, a.says, w.Body)
	case w.Header().Get(a.header) != a.value:
		t.Errorf("%s %s: %s: %s", method, a.request, a.header, w.Header().Get(a.header))
	}
	return w.Body.String()
}

// holdExample makes sure that an example has the fields of the true answer,
// with values of the same kind.
func holdExample(t *testing.T, shown, answered string) {
	t.Helper()
	var a, b any
	if err := json.Unmarshal([]byte(shown), &a); err != nil {
		t.Errorf("the example is not JSON: %v", err)
		return
	}
	if err := json.Unmarshal([]byte(answered), &b); err != nil {
		t.Fatal(err)
	}
	if is, want := shape(a), shape(b); is != want {
		pretty, _ := json.MarshalIndent(b, "", "  ")
		t.Errorf("the example in docs/http.md has the fields\n%s\nthe answer\n%s\nnamely\n%s", is, want, pretty)
	}
}

// shape is a value with its fields and without what is in them; of a list, the
// fields that its members have between them.
func shape(value any) string {
	switch value := value.(type) {
	case map[string]any:
		var fields []string
		for name, field := range value {
			fields = append(fields, name+": "+shape(field))
		}
		slices.Sort(fields)
		return "{" + strings.Join(fields, ", ") + "}"
	case []any:
		members := map[string]bool{}
		for _, member := range value {
			if object, ok := member.(map[string]any); ok {
				for name := range object {
					members[name] = true
				}
			}
		}
		return fmt.Sprint(slices.Sorted(maps.Keys(members)))
	case nil:
		return "null"
	}
	return fmt.Sprintf("%T", value)
}

// httpSections are the sections of docs/http.md that are about one endpoint.
func httpSections(t *testing.T) map[string]string {
	t.Helper()
	sections := map[string]string{}
	for part := range strings.SplitSeq(read(t, "http.md"), "\n## ") {
		title, text, _ := strings.Cut(part, "\n")
		if method, _, _ := strings.Cut(strings.Trim(title, "`"), " "); method == "GET" || method == "POST" {
			sections[strings.Trim(title, "`")] = text
		}
	}
	return sections
}

// TestHTTP_EveryEndpointIsDocumented holds the list of endpoints in the
// program, in the document and in this test to one another.
func TestHTTP_EveryEndpointIsDocumented(t *testing.T) {
	parsed, err := parser.ParseFile(token.NewFileSet(), "endpoints.go", read(t, root+"/endpoints.go"), 0)
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{"GET assets/": true} // is registered by hand
	ast.Inspect(parsed, func(node ast.Node) bool {
		entry, ok := node.(*ast.KeyValueExpr)
		if !ok {
			return true
		}
		key, ok := entry.Key.(*ast.BasicLit)
		if !ok {
			return true
		}
		path, _ := strconv.Unquote(key.Value)
		if path == "" {
			path = "/"
		}
		ast.Inspect(entry.Value, func(node ast.Node) bool {
			if method, ok := node.(*ast.KeyValueExpr); ok {
				switch fmt.Sprint(method.Key) {
				case "get":
					there["GET "+path] = true
				case "post":
					there["POST "+path] = true
				}
			}
			return true
		})
		return true
	})
	if len(there) < 19 {
		t.Fatalf("found only %v", there)
	}
	sections := httpSections(t)
	for name := range there {
		if sections[name] == "" {
			t.Errorf("docs/http.md has no section `%s`", name)
		}
		if answers[name] == nil {
			t.Errorf("no request to %s is tested in docs/http_test.go", name)
		}
	}
	for name := range sections {
		if !there[name] {
			t.Errorf("docs/http.md tells of %s, and there is no such endpoint", name)
		}
	}
}

// TestHTTP_EveryProblemIsInIt: whoever reads of the endpoints meets each problem
// that they answer with.
func TestHTTP_EveryProblemIsInIt(t *testing.T) {
	endpoints := read(t, "http.md")
	codes := regexp.MustCompile(`<a id="([a-z-]+)">`).FindAllStringSubmatch(read(t, "problems.md"), -1)
	for _, code := range codes {
		if !strings.Contains(endpoints, "`"+code[1]+"`") {
			t.Errorf("docs/http.md does not tell of %s", code[1])
		}
	}
	if len(codes) < 15 {
		t.Errorf("found only %d problems", len(codes))
	}
}

// TestHTTP_WhatHoldsForEveryEndpoint: the answers that docs/http.md lists once
// for all of them.
func TestHTTP_WhatHoldsForEveryEndpoint(t *testing.T) {
	general, _, _ := strings.Cut(read(t, "http.md"), "\n## `GET")
	for name := range answers {
		method, path, _ := strings.Cut(name, " ")
		path = strings.TrimPrefix(strings.ReplaceAll(path, "{id}", "10"), "/")
		open := slices.Contains([]string{"GET /", "POST stop", "GET ended", "GET assets/"}, name)
		if path == "assets/" {
			path += "console.css"
		}
		check := func(what string, got int, body string, status int, code string) {
			t.Helper()
			if got != status || !strings.Contains(body, `"`+code+`"`) {
				t.Errorf("%s, %s: %d %s, want %d %s", name, what, got, body, status, code)
			}
			if !strings.Contains(general, fmt.Sprintf("| %d | [`%s`]", status, code)) {
				t.Errorf("docs/http.md does not list %d %s", status, code)
			}
		}
		d := newDesk(t)
		w := d.ask("DELETE", path, "", "json")
		check("another method", w.Code, w.Body.String(), 405, "method-not-allowed")
		if !strings.Contains(w.Header().Get("Allow"), method) {
			t.Errorf("%s: Allow: %s", name, w.Header().Get("Allow"))
		}
		if method == "POST" {
			w = d.ask(method, path, "", "json", "Sec-Fetch-Site", "cross-site")
			check("from another site", w.Code, w.Body.String(), 403, "cross-origin")
		}
		if method == "POST" && name != "POST stop" {
			w = d.ask(method, path, strings.Repeat("x", 70_000), "json", "Content-Type", "application/json")
			check("a large body", w.Code, w.Body.String(), 413, "too-large")
			w = d.ask(method, path, "<a/>", "json", "Content-Type", "text/xml")
			check("XML", w.Code, w.Body.String(), 415, "unsupported-media-type")
			w = d.ask(method, path, "{", "json", "Content-Type", "application/json")
			check("half a body", w.Code, w.Body.String(), 400, "bad-request")
		}
		if open {
			continue
		}
		if !strings.Contains(path, "mode") && path != "leave" {
			d.do("nobody")
			w = d.ask(method, path, "subject=1&note=x", "json")
			check("by nobody", w.Code, w.Body.String(), 401, "not-logged-in")
			d.do("Ada")
		}
		d.do("start")
		w = d.ask(method, path, "", "json", "Sec-Fetch-Site", "same-origin", "Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty")
		if path == "status" || path == "leave" || name == "GET mode" {
			if w.Code != 200 {
				t.Errorf("%s: a script gets %d", name, w.Code)
			}
		} else {
			check("by a script", w.Code, w.Body.String(), 403, "forbidden-while-impersonating")
		}
		d.do("an hour later")
		w = d.ask(method, path, "", "json")
		check("when it is over", w.Code, w.Body.String(), 403, "impersonation-ended")
		d.do("start")
		d.do("database down")
		w = d.ask(method, path, "", "json")
		check("the database is down", w.Code, w.Body.String(), 503, "unavailable")
		if w.Header().Get("Retry-After") == "" {
			t.Errorf("%s: a 503 without Retry-After", name)
		}
	}
}
