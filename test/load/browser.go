package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// life is one impersonation, and what of it was answered.
type life struct {
	ID             string
	reads, writes  int
	unsure         int // asked, and not answered as one wants
	streams, ended bool
	lost           bool // nobody knows how it ended
}

// browser is an actor's.
type browser struct {
	n      int
	client *http.Client
	at     []string // the instances' addresses

	mu     sync.Mutex // held while it acts, but for a busy one's requests
	handle string
	life   *life
	counts sync.Mutex
	// lost is set when a start or a stop was not answered in time, as on a
	// machine that has too much to do: this one takes no further part.
	lost bool
}

// do asks a random instance, or rather the next one.
func (b *browser) do(ctx context.Context, turn int, method, path, body string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, method, b.at[turn%len(b.at)]+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("X-Login", actorID(b.n))
	r.Header.Set("Accept", "application/json, text/html;q=0.9")
	if strings.HasPrefix(path, "/impersonate/") {
		r.Header.Set("Accept", "application/json")
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if b.handle != "" {
		r.AddCookie(&http.Cookie{Name: "guise", Value: b.handle})
	}
	return b.client.Do(r)
}

// start begins to act as the customer.
func (b *browser) start(ctx context.Context, turn int) error {
	got, err := b.do(ctx, turn, "POST", "/impersonate/start", "reason=a+call&user_id="+subjectID(b.n))
	b.lost = err != nil || got.StatusCode == http.StatusServiceUnavailable
	b.life = nil
	if err != nil {
		return err
	}
	defer func() { _ = got.Body.Close() }()
	body, err := io.ReadAll(got.Body)
	if b.lost {
		return nil
	}
	if err != nil || got.StatusCode != http.StatusCreated {
		b.lost = true
		return fmt.Errorf("start: %s %s %w", got.Status, body, err)
	}
	b.life = &life{}
	for _, cookie := range got.Cookies() {
		b.handle = cookie.Value
	}
	return json.Unmarshal(body, b.life)
}

// stop leaves.
func (b *browser) stop(ctx context.Context, turn int) error {
	got, err := b.do(ctx, turn, "POST", "/impersonate/stop", "")
	if err != nil {
		return err
	}
	if got.StatusCode == http.StatusServiceUnavailable {
		b.lost, b.life.lost = true, true
		return got.Body.Close()
	}
	defer func() { _ = got.Body.Close() }()
	if _, err := io.Copy(io.Discard, got.Body); err != nil || got.StatusCode != http.StatusOK {
		return fmt.Errorf("stop: %s %w", got.Status, err)
	}
	b.life.ended, b.handle = true, ""
	return nil
}

// ask reads a page or sends a form, and counts what was answered.
func (b *browser) ask(ctx context.Context, turn int, write bool) error {
	method, path := "GET", "/page"
	if write {
		method, path = "POST", "/write"
	}
	got, err := b.do(ctx, turn, method, path, "")
	ok := err == nil && got.StatusCode == http.StatusOK
	if err == nil {
		body, readErr := io.ReadAll(got.Body)
		_ = got.Body.Close()
		if readErr != nil {
			ok = false
		} else if ok && !strings.Contains(string(body), "<p>"+subjectID(b.n)+"</p>") {
			return fmt.Errorf("%s of %s was shown to be of %q: not the customer's", path, actorID(b.n), body)
		}
	}
	b.counts.Lock()
	defer b.counts.Unlock()
	switch {
	case !ok:
		b.life.unsure++
	case write:
		b.life.writes++
	default:
		b.life.reads++
	}
	return nil
}

// errStays is a connection that outlives its impersonation.
var errStays = errors.New("a stream was still open ten seconds after its impersonation had ended")

// stream holds one open, and says how long after the end it closed.
func (b *browser) stream(ctx context.Context, turn int) (closed func() (time.Duration, error), err error) {
	got, err := b.do(ctx, turn, "GET", "/stream", "")
	if err != nil {
		return nil, err
	}
	if got.StatusCode == http.StatusServiceUnavailable {
		return func() (time.Duration, error) { return 0, got.Body.Close() }, nil
	}
	if got.StatusCode != http.StatusOK {
		_ = got.Body.Close()
		return nil, fmt.Errorf("stream: %s", got.Status)
	}
	b.life.streams = true
	return func() (time.Duration, error) {
		began := time.Now()
		cut := time.AfterFunc(10*time.Second, func() { _ = got.Body.Close() })
		_, _ = io.Copy(io.Discard, got.Body) // it is cut short
		if !cut.Stop() {
			return 0, errStays
		}
		return time.Since(began), got.Body.Close()
	}, nil
}
