package schooldesk

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// closing is how long it may take until a connection is closed: a second, and
// slack for a busy machine.
const closing = 3 * time.Second

// stream is a connection that stays open.
type stream struct {
	first  string          // what came first
	closed <-chan struct{} // closed with the connection
}

// events opens GET /events and reads on until it is closed.
func (b *browser) events() (<-chan happening, stream) {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.site.url+"/events", nil)
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Accept", "text/event-stream")
	response, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { response.Body.Close() })
	if kind := response.Header.Get("Content-Type"); response.StatusCode != http.StatusOK || kind != "text/event-stream" {
		b.t.Fatalf("/events: status %d, %q", response.StatusCode, kind)
	}
	came, closed := make(chan happening, 100), make(chan struct{})
	go func() {
		defer close(closed)
		defer close(came)
		for lines := bufio.NewScanner(response.Body); lines.Scan(); {
			data, ok := strings.CutPrefix(lines.Text(), "data: ")
			if !ok {
				continue
			}
			var one happening
			if err := json.Unmarshal([]byte(data), &one); err != nil {
				b.t.Errorf("/events: %v in %q", err, data)
			}
			came <- one
		}
	}()
	return came, stream{closed: closed}
}

// dial opens GET /ws, with more headers if need be.
func (b *browser) dial(headers ...string) (*websocket.Conn, error) {
	client := b.client
	client.Timeout = 0 // it would end the connection
	header := http.Header{}
	for i := 0; i < len(headers); i += 2 {
		header.Set(headers[i], headers[i+1])
	}
	socket, _, err := websocket.Dial(b.t.Context(), b.site.url+"/ws",
		&websocket.DialOptions{HTTPClient: &client, HTTPHeader: header})
	if err == nil {
		b.t.Cleanup(func() { socket.CloseNow() })
	}
	return socket, err
}

// ask sends a message over a WebSocket and returns what comes back.
func (b *browser) ask(socket *websocket.Conn, kind websocket.MessageType, message string) string {
	b.t.Helper()
	if err := socket.Write(b.t.Context(), kind, []byte(message)); err != nil {
		b.t.Fatal(err)
	}
	came, answer, err := socket.Read(b.t.Context())
	if err != nil || came != kind {
		b.t.Fatalf("a message of type %v after one of type %v, error %v", came, kind, err)
	}
	return string(answer)
}

// openEvents and openSocket open a connection and make sure that it works.
func (b *browser) openEvents() stream {
	b.t.Helper()
	came, opened := b.events()
	opened.first = (<-came).Email
	return opened
}

func (b *browser) openSocket() stream {
	b.t.Helper()
	socket, err := b.dial()
	if err != nil {
		b.t.Fatal(err)
	}
	closed := make(chan struct{})
	opened := stream{first: b.ask(socket, websocket.MessageText, mayaEmail), closed: closed}
	go func() {
		defer close(closed)
		_, _, _ = socket.Read(context.WithoutCancel(b.t.Context())) // nothing comes: it ends with the connection
	}()
	return opened
}

func (o stream) wantClosed(t *testing.T, what string) {
	t.Helper()
	select {
	case <-o.closed:
	case <-time.After(closing):
		t.Errorf("%s: still open after %v", what, closing)
	}
}

// run does the work between requests for as long as the test takes.
func (s *site) run(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.app.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("Run: %v", err)
		}
	})
}

func TestLive_LinkedAndForThoseWhoAreLoggedIn(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	index, nobody := s.as(t, "maya").get("/lab/"), s.browser(t)
	for _, p := range livePages() {
		index.has(`href="`+p.Path+`"`, p.Look)
		nobody.getJSON(p.Path).want(http.StatusUnauthorized)
		if to := nobody.get(p.Path).want(http.StatusSeeOther).Header.Get("Location"); !strings.HasPrefix(to, "/login?") {
			t.Errorf("%s sends nobody to %q", p.Path, to)
		}
	}
	if _, err := nobody.dial(); err == nil {
		t.Error("nobody has a WebSocket")
	}
}

func TestLive_PageMayLoadItsScript(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	maya := s.as(t, "maya")
	script := s.app.asset(t, "live.js")
	page := maya.get("/lab/live").want(http.StatusOK).has(`<script src="` + script + `" defer></script>`)
	policy := page.Header.Get("Content-Security-Policy")
	for _, directive := range []string{"default-src 'none'", "script-src 'self'", "connect-src 'self'"} {
		if !strings.Contains(policy+";", directive+";") {
			t.Errorf("the policy %q lacks %s", policy, directive)
		}
	}
	if policy := maya.get("/lab/").Header.Get("Content-Security-Policy"); strings.Contains(policy, "script-src") {
		t.Errorf("another page has the policy %q: it needs no script", policy)
	}
	if kind := maya.get(script).want(http.StatusOK).Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/javascript") {
		t.Errorf("the script is %q", kind)
	}
}

// asset is the address of a static file.
func (a *App) asset(t *testing.T, name string) string {
	t.Helper()
	addresses, err := assetAddresses()
	if err != nil || addresses[name] == "" {
		t.Fatalf("there is no %s (%v)", name, err)
	}
	return addresses[name]
}

func TestEvents_OneASecondForTheEffectiveUser(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	admin := s.as(t, "admin")
	for _, email := range []string{adminEmail, mayaEmail} {
		came, _ := admin.events()
		first := <-came
		began := time.Now()
		second := <-came
		if first.Number != 1 || second.Number != 2 || first.Email != email || second.Email != email {
			t.Errorf("first %+v, second %+v; want 1 and 2, for %s", first, second, email)
		}
		if took := time.Since(began); took < 800*time.Millisecond || took > closing {
			t.Errorf("the second came after %v, want a second", took)
		}
		if email == adminEmail {
			admin.start(mayaID)
		}
	}
}

func TestSocket_Echoes(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	maya := s.as(t, "maya")
	socket, err := maya.dial("Origin", s.url)
	if err != nil {
		t.Fatal(err)
	}
	for kind, message := range map[websocket.MessageType]string{
		websocket.MessageText: "Grüße", websocket.MessageBinary: "\x00\xff",
	} {
		if got := maya.ask(socket, kind, message); got != message {
			t.Errorf("sent %q, got %q", message, got)
		}
	}
	if _, err := maya.dial("Origin", "https://elsewhere.example"); err == nil {
		t.Error("a page of another origin has a WebSocket")
	}
	if to := maya.get("/ws").want(http.StatusSeeOther).Header.Get("Location"); to != "/lab/live" {
		t.Errorf("opened as a page it leads to %q", to)
	}
	maya.getJSON("/ws").want(http.StatusUpgradeRequired)
}

// P6: the connection is at one instance, the ending comes from another that
// shares only the database with it.
func TestP6_OpenConnectionsEndWithTheImpersonation(t *testing.T) {
	t.Parallel()
	type scene struct {
		here, there *site
		admin, boss *browser // here, there
		id          string
		passed      *atomic.Int64
	}
	// there is the same browser at the other instance.
	there := func(sc *scene) *browser {
		b := *sc.admin
		b.site = sc.there
		return &b
	}
	endings := map[string]func(t *testing.T, sc *scene){
		"stopped here":     func(_ *testing.T, sc *scene) { sc.admin.post("/impersonate/stop").want(http.StatusSeeOther) },
		"stopped there":    func(_ *testing.T, sc *scene) { there(sc).post("/impersonate/stop").want(http.StatusSeeOther) },
		"logged out there": func(_ *testing.T, sc *scene) { there(sc).post("/logout").want(http.StatusSeeOther) },
		"revoked there": func(_ *testing.T, sc *scene) {
			sc.boss.postJSON("/impersonate/live/" + sc.id + "/end").want(http.StatusOK)
		},
		"expired, unattended": func(_ *testing.T, sc *scene) { sc.passed.Store(int64(2 * time.Hour)) },
		"idle, unattended":    func(_ *testing.T, sc *scene) { sc.passed.Store(int64(20 * time.Minute)) },
		"subject deactivated, seen there": func(_ *testing.T, sc *scene) {
			sc.boss.post("/admin/users/"+mayaID, "active", "0").want(http.StatusSeeOther)
			there(sc).get("/").want(http.StatusSeeOther)
		},
		"actor demoted, seen there": func(_ *testing.T, sc *scene) {
			sc.boss.post("/admin/users/1", "superuser", "0").want(http.StatusSeeOther)
			there(sc).get("/").want(http.StatusSeeOther)
		},
	}
	for name, end := range endings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sc := &scene{passed: new(atomic.Int64)}
			same := func(o *Options) {
				o.clock = func() time.Time { return time.Now().Add(time.Duration(sc.passed.Load())) }
				if sc.here != nil {
					o.Data = sc.here.data
				}
			}
			sc.here = serveSite(t, same)
			sc.there = serveSite(t, same)
			sc.here.run(t)
			sc.there.run(t)
			sc.admin, sc.boss = sc.here.as(t, "admin"), sc.there.as(t, "boss")
			own := sc.admin.openEvents() // before: it is the admin's own
			sc.id = sc.admin.start(mayaID).ID

			events, socket := sc.admin.openEvents(), sc.admin.openSocket()
			if own.first != adminEmail || events.first != mayaEmail || socket.first != mayaEmail {
				t.Fatalf("first came %q, %q and %q", own.first, events.first, socket.first)
			}
			end(t, sc)
			events.wantClosed(t, "/events")
			socket.wantClosed(t, "/ws")
			select {
			case <-own.closed:
				t.Error("the connection opened before the impersonation was closed with it")
			default:
			}
		})
	}
}

func TestHangUp_EndsWhatWouldStayOpen(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	maya := s.as(t, "maya")
	events, socket := maya.openEvents(), maya.openSocket()
	s.app.HangUp()
	events.wantClosed(t, "/events")
	socket.wantClosed(t, "/ws")
}
