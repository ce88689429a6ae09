package guise_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/guise-go/guise"
)

// TestP1_WhatNeverAnswersIsA503InTime: the store accepts and never answers, as
// a database behind a broken network does. Every request is answered within
// Config.StoreTimeout and runs neither as the subject nor as the actor; the
// bubble sees to it that no goroutine is left.
func TestP1_WhatNeverAnswersIsA503InTime(t *testing.T) {
	const timeout = 2 * time.Second
	for n, request := range everyRequest {
		for _, silent := range []string{"*", "Append", "End"} {
			t.Run(fmt.Sprintf("%d %s %s, silent %s", n, request.method, request.path, silent), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t, func(c *guise.Config) {
						c.Clock, c.StoreTimeout, c.DefaultMode = time.Now, timeout, guise.ReadWrite
						c.Logout, c.Forbid = []string{"POST /logout"}, []string{"/account/"}
						c.Store = frailStore{c.Store.(*faultyStore)}
					})
					b := w.login("1")
					id := b.start("10").json()["id"].(string)
					w.store.neverAnswer(silent)
					began := time.Now()
					got := b.do(request.method, strings.ReplaceAll(request.path, "ID", id), request.body, asJSON)
					if took := time.Since(began); took > timeout {
						t.Errorf("answered after %v", took)
					}
					if always := strings.HasSuffix(request.path, "/ended"); silent == "*" && !always && got.Code != http.StatusServiceUnavailable {
						t.Errorf("answered %d; want 503", got.Code)
					}
					if ran := w.written(); len(ran) > 0 && silent != "End" {
						t.Errorf("ran %q without a record", ran)
					}
					w.store.neverAnswer()
					w.checkBooks(request.path)
				})
			})
		}
	}
}

// silentUsers is a directory that never answers.
type silentUsers struct{ guise.Directory }

func (silentUsers) User(ctx context.Context, _ string) (guise.User, error) {
	<-ctx.Done()
	return guise.User{}, ctx.Err()
}

// TestStoreTimeout_BoundsWhateverDecides: all that is asked before a request may
// run has the deadline in its context, and what was not decided by then is a
// 503 that ends nothing.
func TestStoreTimeout_BoundsWhateverDecides(t *testing.T) {
	wait := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	for name, silence := range map[string]func(*guise.Config, *bool){
		"Identify": func(c *guise.Config, silent *bool) {
			identify := c.Identify
			c.Identify = func(r *http.Request) (string, error) {
				if *silent {
					_ = wait(r.Context())
					return "", nil // like one that takes a failure for nobody
				}
				return identify(r)
			}
		},
		"Policy": func(c *guise.Config, silent *bool) {
			c.Policy = func(ctx context.Context, _ guise.Ask) error {
				if *silent {
					return wait(ctx)
				}
				return nil
			}
		},
		"Scope": func(c *guise.Config, silent *bool) {
			c.Scope = func(ctx context.Context, _ guise.Actor) (guise.Filter, error) {
				if *silent {
					return guise.Filter{}, wait(ctx)
				}
				return guise.Filter{}, nil
			}
		},
		"Users": func(c *guise.Config, silent *bool) { c.Users = &switched{c.Users, silentUsers{c.Users}, silent} },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var silent bool
				w := newWorld(t, func(c *guise.Config) { c.Clock = time.Now; silence(c, &silent) })
				b := w.login("1")
				b.start("10")
				silent = true
				began := time.Now()
				got := b.get("/")
				if took := time.Since(began); got.Code != http.StatusServiceUnavailable || took != 5*time.Second {
					t.Errorf("%d after %v; want 503 after 5s", got.Code, took)
				}
				silent = false
				if got := b.sees(); got != "10" {
					t.Errorf("afterwards: sees %s; want 10, for nothing has ended", got)
				}
			})
		})
	}
}

// switched is one directory or, when the switch is on, the other.
type switched struct {
	off, on guise.Directory
	silent  *bool
}

func (s *switched) now() guise.Directory {
	if *s.silent {
		return s.on
	}
	return s.off
}

func (s *switched) User(ctx context.Context, id string) (guise.User, error) {
	return s.now().User(ctx, id)
}

func (s *switched) Search(ctx context.Context, q guise.Query) (guise.UserPage, error) {
	return s.now().Search(ctx, q)
}

// TestStoreTimeout_IsOneForTheWholeRequest: calls that are each in time do not
// add up to more.
func TestStoreTimeout_IsOneForTheWholeRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(c *guise.Config) {
			c.Clock = time.Now
			c.Policy = func(ctx context.Context, _ guise.Ask) error {
				select {
				case <-ctx.Done():
					return ctx.Err()
				case <-time.After(3 * time.Second):
					return nil
				}
			}
			c.Scope = func(ctx context.Context, _ guise.Actor) (guise.Filter, error) {
				select {
				case <-ctx.Done():
					return guise.Filter{}, ctx.Err()
				case <-time.After(3 * time.Second):
					return guise.Filter{}, nil
				}
			}
		})
		began := time.Now()
		got := w.login("1").post("/impersonate/start", "user_id=10")
		if took := time.Since(began); got.Code != http.StatusServiceUnavailable || took > 5*time.Second {
			t.Errorf("%d after %v; want 503 within 5s", got.Code, took)
		}
		if n := len(w.logged(guise.KindStarted)); n != 0 {
			t.Errorf("%d started", n)
		}
	})
}

// TestStoreTimeout_IsNotTheApplications: a handler may take as long as it likes,
// and what it did is on record all the same.
func TestStoreTimeout_IsNotTheApplications(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(c *guise.Config) { c.Clock, c.DefaultMode = time.Now, guise.ReadWrite })
		var err error
		w.handler = w.manager.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			time.Sleep(time.Minute)
			err = r.Context().Err()
		}))
		b := w.login("1")
		b.start("10")
		b.do("POST", "/reports", "a=b")
		if err != nil {
			t.Errorf("after a minute the application's context is over: %v", err)
		}
		var statuses []int
		for _, event := range w.logged(guise.KindRequest) {
			statuses = append(statuses, event.Status)
		}
		if want := []int{0, 200}; fmt.Sprint(statuses) != fmt.Sprint(want) {
			t.Errorf("on record with %v; want %v", statuses, want)
		}
	})
}

func TestStoreTimeout_IsValidated(t *testing.T) {
	for _, timeout := range []time.Duration{-1, time.Millisecond} {
		_, err := guise.New(guise.Config{StoreTimeout: timeout})
		if err == nil || !strings.Contains(err.Error(), "Config.StoreTimeout: is "+timeout.String()) {
			t.Errorf("%v: %v", timeout, err)
		}
	}
}

// TestP6_WhatCantBeCheckedIsClosed: a connection that stays open is a request
// that goes on. While the store can't say that it may, it is closed, by the
// time that another request would have been refused.
func TestP6_WhatCantBeCheckedIsClosed(t *testing.T) {
	for name, breaks := range map[string]func(*faultyStore){
		"never answers": func(s *faultyStore) { s.neverAnswer("*") },
		"refuses":       func(s *faultyStore) { s.fail("*") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, func(c *guise.Config) {
					c.Clock, c.StoreTimeout = time.Now, 2*time.Second
					c.Store = frailStore{c.Store.(*faultyStore)}
				})
				w.handler = w.manager.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan error, 1)
				go func() { done <- w.manager.Run(ctx) }()
				b := w.login("1")
				b.start("10")
				closed := make(chan time.Time, 1)
				go func() {
					defer func() {
						if aborted := recover(); aborted != nil && aborted != http.ErrAbortHandler {
							panic(aborted)
						}
						closed <- time.Now()
					}()
					b.get("/events")
				}()
				time.Sleep(10 * time.Second)
				breaks(w.store)
				broken := time.Now()
				if took := (<-closed).Sub(broken); took < 0 || took > 2*2*time.Second+time.Second {
					t.Errorf("closed %v after the store broke; want within twice the timeout", took)
				}
				cancel()
				if err := <-done; !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
			})
		})
	}
}
