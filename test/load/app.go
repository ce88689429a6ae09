package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/userstest"
)

// page is one of the application's, into which the banner goes.
const page = "<!DOCTYPE html><html><head><title>Timetable</title></head><body><p>%s</p></body></html>"

// instance is one process of the application: a server, a Manager, a database
// handle of its own.
type instance struct {
	*httptest.Server
	store   guise.Store
	manager *guise.Manager
	conns   *atomic.Int64 // open connections from browsers
	stop    context.CancelFunc
	running sync.WaitGroup
}

// users are the actors, each of whom acts as a customer of their own.
func (p plan) users() *userstest.Memory {
	users := userstest.NewMemory()
	for n := range p.live {
		users.Put(guise.User{ID: actorID(n), Name: "Actor " + fmt.Sprint(n), Active: true, Superuser: true})
		users.Put(guise.User{ID: subjectID(n), Name: "Customer " + fmt.Sprint(n), Active: true})
	}
	return users
}

func actorID(n int) string   { return fmt.Sprint("a", n) }
func subjectID(n int) string { return fmt.Sprint("c", n) }

func newInstance(ctx context.Context, store guise.Store, users guise.Directory, told *operator) (*instance, error) {
	manager, err := guise.New(guise.Config{
		Identify: func(r *http.Request) (string, error) { return r.Header.Get("X-Login"), nil },
		Users:    users, Store: store, DefaultMode: guise.ReadWrite, Activity: guise.ActivityAll,
		Logger: slog.New(told), InsecureCookies: true,
	})
	if err != nil {
		return nil, err
	}
	i := &instance{store: store, manager: manager, conns: new(atomic.Int64)}
	i.Server = httptest.NewUnstartedServer(manager.Middleware(http.HandlerFunc(application)))
	i.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			i.conns.Add(1)
		case http.StateClosed, http.StateHijacked:
			i.conns.Add(-1)
		}
	}
	i.Start()
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	i.stop = stop
	i.running.Go(func() { _ = manager.Run(running) }) // ends with what stops it
	return i, nil
}

// operator is whom Guise tells that the outcome of a write could not be recorded
// in time: the write itself is on record.
type operator struct{ outcomes atomic.Int64 }

func (o *operator) Enabled(context.Context, slog.Level) bool { return true }
func (o *operator) WithAttrs([]slog.Attr) slog.Handler       { return o }
func (o *operator) WithGroup(string) slog.Handler            { return o }

func (o *operator) Handle(_ context.Context, r slog.Record) error {
	if r.Message == "guise: a request was not logged" {
		o.outcomes.Add(1)
	}
	return nil
}

// application answers a page, takes a form, and holds a stream open.
func application(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if r.URL.Path == "/stream" {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, ":\n\n")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
		return
	}
	_, _ = fmt.Fprintf(w, page, guise.EffectiveID(r.Context(), r.Header.Get("X-Login")))
}

// close ends the instance as a process should: what waits is written.
func (i *instance) close(ctx context.Context) error {
	i.Server.Close()
	i.stop()
	i.running.Wait()
	if err := i.manager.Close(ctx); err != nil {
		return errors.Join(errors.New("the last of the log was not written"), err)
	}
	return nil
}
