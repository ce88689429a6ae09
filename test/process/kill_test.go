package process

import (
	"net/http"
	"testing"

	"github.com/guise-go/guise/test/internal/demo"
)

// What was acknowledged is on disk: pulling the plug right after the answer
// loses neither the impersonation nor its event.
func TestP1_RecordedFirst_SurvivesKill(t *testing.T) {
	d := demo.Start(t, customers)
	admin := d.Login(demo.Admin)
	acting := admin.Clone()
	maya := find(t, admin, demo.Maya)

	begun := demo.Decode[impersonation](t, start(acting, maya), http.StatusCreated)
	d.Kill()
	d.Restart()

	if got := whoami(t, acting); got != demo.Maya {
		t.Errorf("after the restart the application sees %q, want %q", got, demo.Maya)
	}
	if got := whoami(t, admin); got != demo.Admin {
		t.Errorf("without the impersonation's cookie it sees %q, want %q", got, demo.Admin)
	}
	log := readLog(t, admin, begun.ID)
	if n := log.count("started"); n != 1 {
		t.Errorf("the log has %d started events, want 1: %+v", n, log.Events)
	}
}

// The same for the end: once a stop was acknowledged, the old cookie is worth nothing.
func TestP1_RecordedFirst_StopSurvivesKill(t *testing.T) {
	d := demo.Start(t, customers)
	admin := d.Login(demo.Admin)
	acting := admin.Clone()
	begun := demo.Decode[impersonation](t, start(acting, find(t, admin, demo.Maya)), http.StatusCreated)
	stale := acting.Clone()

	if answer := stop(acting); answer.Status != http.StatusOK {
		t.Fatalf("stop was answered %s, want 200", answer)
	}
	d.Kill()
	d.Restart()

	// Never the actor by accident (P3): a JSON client is refused outright.
	if answer := stale.Get("/whoami"); answer.Status != http.StatusForbidden {
		t.Errorf("the ended impersonation's cookie was answered %s, want 403", answer)
	}
	log := readLog(t, admin, begun.ID)
	if n := log.count("ended"); n != 1 {
		t.Errorf("the log has %d ended events, want 1: %+v", n, log.Events)
	}
}
