package guide_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/guisetest"
)

func TestGuide_Hooks(t *testing.T) {
	var config guise.Config
	var sent []string
	tell := func(_ context.Context, line string) { sent = append(sent, line) }
	//docs:begin hooks
	config.Hooks = guise.Hooks{
		Started: func(ctx context.Context, e guise.Event) {
			tell(ctx, fmt.Sprintf("%s acts as %s (%s): %s", e.Actor.Label(), e.Subject.Label(), e.Mode, e.Reason))
		},
		Ended: func(ctx context.Context, e guise.Event) {
			tell(ctx, fmt.Sprintf("%s no longer acts as %s: %s", e.Actor.Label(), e.Subject.Label(), e.Cause))
		},
		Denied: func(ctx context.Context, e guise.Event) {
			tell(ctx, fmt.Sprintf("%s was refused to act as %s: %s", e.Actor.Label(), e.Subject.Label(), e.Code))
		},
	}
	//docs:end
	d := open(t, config)
	d.ActAs("10", write, because)
	d.Release()
	d.CantActAs("2")
	want := []string{"Ada acts as Maya (read_write): repair", "Ada no longer acts as Maya: stopped", "Ada was refused to act as Bo: superuser"}
	if strings.Join(sent, "; ") != strings.Join(want, "; ") {
		t.Errorf("told %q, want %q", sent, want)
	}
}

func TestGuide_BeforeStart(t *testing.T) {
	var config guise.Config
	ticketIsOpen := func(_ context.Context, ticket string) (bool, error) { return ticket == "HELP-4711", nil }
	//docs:begin before-start
	config.Hooks.BeforeStart = func(ctx context.Context, ask guise.Ask) error {
		open, err := ticketIsOpen(ctx, ask.Ticket)
		if err == nil && !open {
			err = guise.Deny("ticket-closed", "This ticket is not open.")
		}
		return err // any other error is a 503, and nobody starts
	}
	//docs:end
	d := open(t, config)
	d.equal(d.CantActAs("10"), "ticket-closed")
	d.ActAs("10", guisetest.Ticket("HELP-4711"))
}

func TestGuide_Logs(t *testing.T) {
	var out bytes.Buffer
	handler := slog.NewTextHandler(&out, nil)
	//docs:begin logs
	logger := slog.New(guise.LogHandler(handler))
	//docs:end
	d := open(t, guise.Config{})
	ada := guisetest.NewBrowser(t, d.manager.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		logger.InfoContext(r.Context(), "invoice shown")
	})))
	ada.SetCookie("login", "1")
	ada.ActAs("10")
	ada.Get("/")
	if got := out.String(); !strings.Contains(got, "actor.id=1 subject.id=10 impersonation.id=") {
		t.Errorf("logged %q", got)
	}
}

func TestGuide_Activity(t *testing.T) {
	var config guise.Config
	//docs:begin activity
	config.Activity = guise.ActivityWrites
	//docs:end
	d := open(t, config)
	d.ActAs("10", write, because)
	d.Get("/orders")
	d.Post("/notes", form("text", "x"))
	for _, e := range d.events(guise.KindRequest) {
		d.equal(e.Method, "POST")
	}
	d.equal(len(d.events(guise.KindRequest)), 2) // before it ran, and its outcome
}

type job struct{ what, carried string }

func TestGuide_Jobs(t *testing.T) {
	var queue []job
	//docs:begin carry
	enqueue := func(ctx context.Context, what string) {
		queue = append(queue, job{what, guise.Carry(ctx)}) // "" when nobody impersonates
	}
	//docs:end
	var ran []string
	//docs:begin resume
	work := func(j job) error {
		ctx, err := guise.Resume(context.Background(), j.carried)
		if err != nil {
			return err // who asked can't be told: don't run it
		}
		if i, ok := guise.From(ctx); ok {
			ran = append(ran, fmt.Sprintf("%s for %s, by %s, %s", j.what, i.Subject.Label(), i.Actor.Label(), i.Mode))
		}
		return nil
	}
	//docs:end
	d := open(t, guise.Config{})
	ada := guisetest.NewBrowser(t, d.manager.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		enqueue(r.Context(), "report")
	})))
	ada.SetCookie("login", "1")
	ada.ActAs("10")
	ada.Get("/report")
	if err := work(queue[0]); err != nil || ran[0] != "report for Maya, by Ada, read_only" {
		t.Errorf("ran %q, %v", ran, err)
	}
	if err := work(job{"report", "rubbish"}); err == nil {
		t.Error("a job ran for nobody knows whom")
	}
}

func TestGuide_BothPeople(t *testing.T) {
	var lines []string
	//docs:begin both
	note := func(r *http.Request, realID, text string) {
		line := fmt.Sprintf("user %s: %s", guise.EffectiveID(r.Context(), realID), text)
		if actor, ok := guise.ActorFrom(r.Context()); ok {
			line += ", by " + actor.Label()
		}
		lines = append(lines, line)
	}
	//docs:end
	d := open(t, guise.Config{})
	ada := guisetest.NewBrowser(t, d.manager.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		id, _ := loggedIn(r)
		note(r, id, "address changed")
	})))
	ada.SetCookie("login", "1")
	ada.Get("/")
	ada.ActAs("10", write, because)
	ada.Get("/")
	d.equal(strings.Join(lines, "; "), "user 1: address changed; user 10: address changed, by Ada")
}
