package guise_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/memstore"
	"github.com/guise-go/guise/userstest"
)

// world is an application with Guise in front of it, and its own clock.
type world struct {
	t       *testing.T
	manager *guise.Manager
	store   *faultyStore
	users   *userstest.Memory
	handler http.Handler

	mu     sync.Mutex
	now    time.Time
	writes []string // "METHOD path as ID" of each write that ran
	events []guise.Event
}

// The people of the world.
func everyone() []guise.User {
	return []guise.User{
		{ID: "1", Name: "Ada Admin", Email: "ada@example.org", Active: true, Staff: true, Superuser: true, Tenant: "north"},
		{ID: "2", Name: "Bo Boss", Email: "bo@example.org", Active: true, Superuser: true, Tenant: "north"},
		{ID: "3", Name: "Stan Staff", Email: "stan@example.org", Active: true, Staff: true, Tenant: "north"},
		{ID: "10", Name: "Maya Customer", Email: "maya@example.org", Active: true, Tenant: "north"},
		{ID: "11", Name: "Noah Customer", Email: "noah@example.org", Active: true, Tenant: "south"},
		{ID: "12", Name: "Ina Inactive", Email: "ina@example.org", Tenant: "north"},
	}
}

const loginCookie = "login"

// newWorld makes one; change may be nil.
func newWorld(t *testing.T, change func(*guise.Config)) *world {
	t.Helper()
	w := &world{
		t: t, store: &faultyStore{Store: memstore.New()}, users: userstest.NewMemory(everyone()...),
		now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC),
	}
	config := guise.Config{
		Identify: func(r *http.Request) (string, error) {
			cookie, err := r.Cookie(loginCookie)
			if err != nil {
				return "", nil
			}
			if cookie.Value == "broken" {
				return "", errors.New("the session store is down")
			}
			return cookie.Value, nil
		},
		Users: w.users, Store: w.store, Clock: w.clock,
		Logger: slog.New(slog.DiscardHandler), InsecureCookies: true,
		// A test does in a minute what a person does in a week; limits_test.go has these.
		Limits: guise.Limits{Starts: -1, Refusals: -1, Searches: -1, Exports: -1, People: -1},
		Hooks:  guise.Hooks{Started: w.observe, Ended: w.observe, Denied: w.observe, Limited: w.observe},
	}
	if change != nil {
		change(&config)
	}
	manager, err := guise.New(config)
	if err != nil {
		t.Fatal(err)
	}
	w.manager = manager
	w.handler = manager.Middleware(http.HandlerFunc(w.app))
	return w
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) advance(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *world) observe(_ context.Context, event guise.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.events = append(w.events, event)
}

// app is the application: a page that says who it is for, and writes that it
// remembers.
func (w *world) app(rw http.ResponseWriter, r *http.Request) {
	realID := ""
	if cookie, err := r.Cookie(loginCookie); err == nil {
		realID = cookie.Value
	}
	id := guise.EffectiveID(r.Context(), realID)
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.mu.Lock()
		w.writes = append(w.writes, fmt.Sprintf("%s %s as %s", r.Method, r.URL.Path, id))
		w.mu.Unlock()
	}
	rw.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(rw, "<!DOCTYPE html><html><head><title>t</title></head><body>effective=%s</body></html>", id)
}

func (w *world) written() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string(nil), w.writes...)
}

// seen returns the observed events of a kind.
func (w *world) seen(kind guise.Kind) []guise.Event {
	w.mu.Lock()
	defer w.mu.Unlock()
	var found []guise.Event
	for _, event := range w.events {
		if event.Kind == kind {
			found = append(found, event)
		}
	}
	return found
}

// logged returns the events of a kind that are in the store.
func (w *world) logged(kind guise.Kind) []guise.Event {
	w.t.Helper()
	if err := w.manager.Close(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	all, err := w.store.Store.Events(w.t.Context(), "", 0, 10_000)
	if err != nil {
		w.t.Fatal(err)
	}
	var found []guise.Event
	for _, event := range all {
		if event.Kind == kind {
			found = append(found, event)
		}
	}
	return found
}

// browser is somebody's browser: it keeps cookies and follows nothing.
type browser struct {
	w       *world
	cookies map[string]string
}

// login is a browser in which this user is logged in.
func (w *world) login(id string) *browser {
	b := &browser{w: w, cookies: map[string]string{}}
	if id != "" {
		b.cookies[loginCookie] = id
	}
	return b
}

// copy is a second browser with the same cookies.
func (b *browser) copy() *browser {
	other := &browser{w: b.w, cookies: map[string]string{}}
	for name, value := range b.cookies {
		other.cookies[name] = value
	}
	return other
}

func (b *browser) impersonates() bool { return b.cookies["guise"] != "" }

// answer is what came back.
type answer struct {
	*httptest.ResponseRecorder
	t *testing.T
}

// Header is what was sent, and not what the map has become since.
func (a answer) Header() http.Header { return a.Result().Header }

func (a answer) location() string { return a.Header().Get("Location") }

// json decodes the body.
func (a answer) json() map[string]any {
	a.t.Helper()
	var decoded map[string]any
	if err := json.Unmarshal(a.Body.Bytes(), &decoded); err != nil {
		a.t.Fatalf("not JSON: %v\n%s", err, a.Body)
	}
	return decoded
}

// do sends a request; each header is "Name: value".
func (b *browser) do(method, path, body string, headers ...string) answer {
	b.w.t.Helper()
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	r := httptest.NewRequestWithContext(b.w.t.Context(), method, path, reader)
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Set(name, value)
	}
	recorder := httptest.NewRecorder()
	b.w.handler.ServeHTTP(recorder, r)
	for _, cookie := range recorder.Result().Cookies() {
		if cookie.MaxAge < 0 {
			delete(b.cookies, cookie.Name)
		} else {
			b.cookies[cookie.Name] = cookie.Value
		}
	}
	return answer{recorder, b.w.t}
}

const (
	asPage = "Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"
	asJSON = "Accept: application/json"
)

func (b *browser) get(path string) answer { b.w.t.Helper(); return b.do("GET", path, "", asPage) }

func (b *browser) post(path, body string) answer {
	b.w.t.Helper()
	return b.do("POST", path, body, asJSON)
}

// start acts as a user, which must succeed.
func (b *browser) start(id string, more ...string) answer {
	b.w.t.Helper()
	got := b.post("/impersonate/start", form(append([]string{"user_id", id}, more...)...))
	if got.Code != http.StatusCreated {
		b.w.t.Fatalf("start as %s: %d %s", id, got.Code, got.Body)
	}
	return got
}

// form encodes names and values.
func form(pairs ...string) string {
	values := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	return values.Encode()
}

// sees is the ID that the application's page is for.
func (b *browser) sees() string {
	b.w.t.Helper()
	got := b.get("/")
	_, id, _ := strings.Cut(got.Body.String(), "effective=")
	id, _, _ = strings.Cut(id, "<")
	if got.Code != http.StatusOK {
		return fmt.Sprintf("%d %s", got.Code, got.location())
	}
	return id
}

// faultyStore fails on purpose.
type faultyStore struct {
	guise.Store
	mu   sync.Mutex
	down map[string]bool
	// silent are the methods that accept a call and never answer it.
	silent map[string]bool
	calls  []string
	onDue  func() // called when Run asks what is due
	// afterDue is called when what is due has been found, once.
	afterDue func()
}

var errDown = errors.New("the store is down")

// fail makes these methods fail; none makes all work again.
func (s *faultyStore) fail(methods ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = map[string]bool{}
	for _, method := range methods {
		s.down[method] = true
	}
}

// neverAnswer makes these methods wait for the end of their context; none makes
// all work again.
func (s *faultyStore) neverAnswer(methods ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.silent = map[string]bool{}
	for _, method := range methods {
		s.silent[method] = true
	}
}

// takeCalls returns what was called since it was last asked.
func (s *faultyStore) takeCalls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	calls := s.calls
	s.calls = nil
	return calls
}

func (s *faultyStore) err(ctx context.Context, method string) error {
	s.mu.Lock()
	s.calls = append(s.calls, method)
	down, silent := s.down[method] || s.down["*"], s.silent[method] || s.silent["*"]
	s.mu.Unlock()
	if silent {
		<-ctx.Done()
		return ctx.Err()
	}
	if down {
		return errDown
	}
	return nil
}

func (s *faultyStore) Start(ctx context.Context, start guise.Start) error {
	if err := s.err(ctx, "Start"); err != nil {
		return err
	}
	return s.Store.Start(ctx, start)
}

func (s *faultyStore) Deny(ctx context.Context, try guise.Impersonation, event guise.Event) error {
	if err := s.err(ctx, "Deny"); err != nil {
		return err
	}
	return s.Store.Deny(ctx, try, event)
}

func (s *faultyStore) ChangeMode(ctx context.Context, change guise.ModeChange) error {
	if err := s.err(ctx, "ChangeMode"); err != nil {
		return err
	}
	return s.Store.ChangeMode(ctx, change)
}

func (s *faultyStore) End(ctx context.Context, end guise.End) ([]guise.Impersonation, error) {
	if err := s.err(ctx, "End"); err != nil {
		return nil, err
	}
	return s.Store.End(ctx, end)
}

func (s *faultyStore) Resolve(ctx context.Context, token guise.TokenHash) (guise.Stack, error) {
	if err := s.err(ctx, "Resolve"); err != nil {
		return nil, err
	}
	return s.Store.Resolve(ctx, token)
}

func (s *faultyStore) Touch(ctx context.Context, id string, at time.Time) error {
	if err := s.err(ctx, "Touch"); err != nil {
		return err
	}
	return s.Store.Touch(ctx, id, at)
}

func (s *faultyStore) Running(ctx context.Context, actorID string, limit int) ([]guise.Impersonation, error) {
	if err := s.err(ctx, "Running"); err != nil {
		return nil, err
	}
	return s.Store.Running(ctx, actorID, limit)
}

func (s *faultyStore) Append(ctx context.Context, events ...guise.Event) error {
	if err := s.err(ctx, "Append"); err != nil {
		return err
	}
	return s.Store.Append(ctx, events...)
}

func (s *faultyStore) Tally(ctx context.Context, add guise.Tally) (before, after int, err error) {
	if err := s.err(ctx, "Tally"); err != nil {
		return 0, 0, err
	}
	return s.Store.Tally(ctx, add)
}

func (s *faultyStore) Purge(ctx context.Context, purge guise.Purge) (guise.Purged, error) {
	if err := s.err(ctx, "Purge"); err != nil {
		return guise.Purged{}, err
	}
	return s.Store.Purge(ctx, purge)
}

func (s *faultyStore) Due(ctx context.Context, now, idleSince time.Time, limit int) ([]guise.Impersonation, error) {
	if s.onDue != nil {
		defer s.onDue()
	}
	if err := s.err(ctx, "Due"); err != nil {
		return nil, err
	}
	due, err := s.Store.Due(ctx, now, idleSince, limit)
	if after := s.afterDue; after != nil {
		s.afterDue = nil
		after()
	}
	return due, err
}
