package guise_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/slogtest"
	"time"

	"github.com/guise-go/guise"
)

func TestExplain_GivesEveryRulesVerdict(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.Policy = guise.SuperusersAndStaff })
	for _, r := range []struct {
		viewer, query string
		status        int
		allowed       bool
		broken        string // the rules that don't hold
	}{
		{"1", "subject=10", 200, true, ""},
		{"1", "subject=10&mode=read_write", 200, true, ""},
		{"1", "subject=2", 200, false, "superuser"},
		{"1", "subject=1", 200, false, "oneself superuser"},
		{"1", "actor=12&subject=2&mode=no", 200, false, "actor-inactive superuser unknown-mode policy"},
		{"3", "subject=10", 200, true, ""},
		{"3", "actor=1&subject=10", 403, false, ""},
		{"3", "actor=3&subject=1", 200, false, "superuser policy"},
		{"1", "", 400, false, ""}, {"1", "subject=99", 404, false, ""}, {"10", "subject=1", 403, false, ""},
	} {
		got := w.login(r.viewer).do("GET", "/impersonate/explain?"+r.query, "", asJSON)
		if got.Code != r.status {
			t.Errorf("user %s, %s: %d %s", r.viewer, r.query, got.Code, got.Body)
			continue
		}
		if r.status != 200 {
			continue
		}
		var broken []string
		for _, one := range got.json()["rules"].([]any) {
			if row := one.(map[string]any); row["holds"] != true {
				broken = append(broken, row["rule"].(string))
			}
		}
		if got.json()["allowed"] != r.allowed || strings.Join(broken, " ") != r.broken {
			t.Errorf("user %s, %s: allowed %v, broken %q", r.viewer, r.query, got.json()["allowed"], broken)
		}
	}
}

func TestExport_StreamsExactlyTheFilteredRows(t *testing.T) {
	w := newWorld(t, nil)
	for range 450 { // more than two pages of reading
		b := w.login("1")
		b.start("10", "reason", "=HYPERLINK(\"http://evil\")")
		w.advance(time.Second)
		b.post("/impersonate/stop", "")
	}
	w.login("2").start("11", "reason", "other")
	for query, want := range map[string]int{"": 451, "&actor=1": 450, "&state=active": 1, "&q=nothing": 0} {
		got := w.login("1").do("GET", "/impersonate/log/export?format=jsonl"+query, "", asJSON)
		lines := strings.Split(strings.TrimSpace(got.Body.String()), "\n")
		if want == 0 {
			lines = lines[1:]
		}
		if len(lines) != want {
			t.Errorf("%q: %d lines, want %d", query, len(lines), want)
		}
		for _, line := range lines {
			if !json.Valid([]byte(line)) {
				t.Fatalf("not JSON: %s", line)
			}
		}
	}
	got := w.login("1").do("GET", "/impersonate/log/export?format=csv", "", asPage)
	rows, err := csv.NewReader(got.Body).ReadAll()
	if err != nil || len(rows) != 452 || !strings.Contains(got.Header().Get("Content-Disposition"), ".csv") {
		t.Fatalf("%d rows, %v, %v", len(rows), err, got.Header())
	}
	for _, row := range rows {
		for _, cell := range row {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
				t.Fatalf("a cell that a spreadsheet would run: %q", cell)
			}
		}
	}
	for _, r := range []struct {
		actor, query string
		status       int
	}{{"1", "format=xls", 400}, {"1", "", 400}, {"3", "format=csv", 403}, {"", "format=csv", 401}} {
		if got := w.login(r.actor).do("GET", "/impersonate/log/export?"+r.query, "", asJSON); got.Code != r.status {
			t.Errorf("user %q, %s: %d, want %d", r.actor, r.query, got.Code, r.status)
		}
	}
}

// inImpersonation is the context of a request made as user 10 by user 1.
func inImpersonation(t *testing.T) context.Context {
	t.Helper()
	var ctx context.Context
	w := newWorld(t, nil)
	w.handler = w.manager.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { ctx = r.Context() }))
	b := w.login("1")
	b.start("10", "reason", "look", "ticket", "T-1")
	b.get("/")
	return context.WithoutCancel(ctx)
}

func TestLogHandler_NamesBothPeopleAtTheTopLevel(t *testing.T) {
	var out bytes.Buffer
	logger := slog.New(guise.LogHandler(slog.NewJSONHandler(&out, nil))).With("app", "desk").WithGroup("db").With("table", "notes")
	logger.InfoContext(inImpersonation(t), "query", "rows", 3)
	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	db, _ := line["db"].(map[string]any)
	if line["actor.id"] != "1" || line["subject.id"] != "10" || line["impersonation.id"] == nil || line["app"] != "desk" || db["table"] != "notes" || db["rows"] != 3.0 {
		t.Errorf("%s", out.Bytes())
	}
	out.Reset()
	logger.InfoContext(t.Context(), "query")
	if strings.Contains(out.String(), "actor") {
		t.Errorf("without an impersonation: %s", out.Bytes())
	}
}

func TestLogHandler_IsAHandlerAsSlogWantsIt(t *testing.T) {
	for name, ctx := range map[string]context.Context{"plain": nil, "impersonating": inImpersonation(t)} {
		var out bytes.Buffer
		handler := guise.LogHandler(slog.NewJSONHandler(&out, nil))
		if ctx != nil {
			handler = always{handler, ctx}
		}
		err := slogtest.TestHandler(handler, func() []map[string]any {
			var lines []map[string]any
			for _, line := range strings.Split(strings.TrimSpace(out.String()), "\n") {
				var m map[string]any
				if err := json.Unmarshal([]byte(line), &m); err != nil {
					t.Fatal(err)
				}
				lines = append(lines, m)
			}
			return lines
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// always logs everything with one context.
type always struct {
	slog.Handler
	ctx context.Context
}

func (a always) Handle(_ context.Context, r slog.Record) error { return a.Handler.Handle(a.ctx, r) }
func (a always) WithAttrs(attrs []slog.Attr) slog.Handler {
	return always{a.Handler.WithAttrs(attrs), a.ctx}
}
func (a always) WithGroup(name string) slog.Handler { return always{a.Handler.WithGroup(name), a.ctx} }

func TestCarry_AJobKnowsWhoReallyAsked(t *testing.T) {
	packed := guise.Carry(inImpersonation(t))
	ctx, err := guise.Resume(t.Context(), packed)
	if err != nil {
		t.Fatal(err)
	}
	i, ok := guise.From(ctx)
	if !ok || i.Actor.ID != "1" || i.Subject.Name != "Maya Customer" || i.Mode != guise.ReadOnly || i.Reason != "look" || guise.EffectiveID(ctx, "7") != "10" {
		t.Errorf("resumed %+v", i)
	}
	if guise.Carry(ctx) != packed {
		t.Error("carried a second time it is another")
	}
	if guise.Carry(t.Context()) != "" {
		t.Error("nothing to carry, and yet something is")
	}
	if same, err := guise.Resume(t.Context(), ""); err != nil || same != t.Context() {
		t.Error("a job that nobody impersonating asked for must run as it is")
	}
	for _, wrong := range []string{"{}", "null", "x", `{"guise":2}`, strings.Replace(packed, `"id":"10"`, `"id":""`, 1), packed[:len(packed)-1], `{"guise":1,"id":"a"}`} {
		if ctx, err := guise.Resume(t.Context(), wrong); err == nil || ctx != nil {
			t.Errorf("Resume(%q) gave a context", wrong)
		}
	}
}

func FuzzResume(f *testing.F) {
	for _, seed := range carriedAttacks {
		f.Add(seed.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		ctx, err := guise.Resume(t.Context(), text)
		if err != nil {
			return
		}
		i, ok := guise.From(ctx)
		if !ok {
			return
		}
		if i.Actor.ID == "" || i.Subject.ID == "" || i.Mode == "" {
			t.Errorf("half an impersonation: %+v", i)
		}
		if i.Mode == guise.ReadOnly && guise.MayWrite(ctx) {
			t.Errorf("read-only, and yet it may write: %s", text)
		}
	})
}

func TestAccessors_NeverPanic(t *testing.T) {
	ctx := context.Background()
	if _, ok := guise.From(ctx); ok {
		t.Error("From")
	}
	if _, ok := guise.ActorFrom(ctx); ok {
		t.Error("ActorFrom")
	}
	if _, ok := guise.SubjectFrom(ctx); ok {
		t.Error("SubjectFrom")
	}
	if guise.EffectiveID(ctx, "7") != "7" {
		t.Error("EffectiveID")
	}
}

func TestTouchLastLogin_IsCalledAfterAStart(t *testing.T) {
	var touched []string
	w := newWorld(t, func(c *guise.Config) {
		c.TouchLastLogin = func(_ context.Context, s guise.Subject) error {
			touched = append(touched, s.ID)
			return errors.New("the table is locked")
		}
	})
	b := w.login("1")
	b.post("/impersonate/start", "user_id=12") // refused
	b.start("10")
	if strings.Join(touched, " ") != "10" || b.sees() != "10" {
		t.Errorf("touched %q, sees %s", touched, b.sees())
	}
}

// TestExport_ARequestThatIsWrongCostsNothing: no export is used up, and nobody
// counts as seen.
func TestExport_ARequestThatIsWrongCostsNothing(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.Limits.Exports = 1 })
	b := w.login("1")
	for _, query := range []string{"", "?format=xls", "?format=csv&state=gone", "?format=csv&format=csv"} {
		if got := b.do("GET", "/impersonate/log/export"+query, "", asJSON); got.Code != http.StatusBadRequest {
			t.Errorf("%q: %d; want 400", query, got.Code)
		}
	}
	if got := b.do("GET", "/impersonate/log/export?format=csv", "", asJSON); got.Code != http.StatusOK {
		t.Errorf("afterwards: %d %s", got.Code, got.Body)
	}
}
