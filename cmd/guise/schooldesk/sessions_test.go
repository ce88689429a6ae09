package schooldesk

import (
	"context"
	"testing"
	"time"
)

func TestSessionStore_Rules(t *testing.T) {
	t.Parallel()
	db, err := openDB(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	sessionRules(t, sessionStore{db})
}

func sessionRules(t *testing.T, s sessionStore) {
	t.Helper()
	sessionsAreExact(t, s)
	find := func(token string) (string, bool) {
		t.Helper()
		data, found, err := s.Find(token)
		if err != nil {
			t.Fatal(err)
		}
		return string(data), found
	}
	commit := func(token, data string, expiry time.Time) {
		t.Helper()
		if err := s.Commit(token, []byte(data), expiry); err != nil {
			t.Fatal(err)
		}
	}

	if _, found := find("absent"); found {
		t.Error("found what was never there")
	}
	if err := s.Delete("absent"); err != nil {
		t.Errorf("deleting what isn't there: %v", err)
	}
	commit("a", "one", time.Now().Add(time.Hour))
	commit("a", "two", time.Now().Add(time.Hour))
	if data, found := find("a"); !found || data != "two" {
		t.Errorf("found %q, %t, want the newer data", data, found)
	}
	commit("over", "old", time.Now().Add(-time.Second))
	if _, found := find("over"); found {
		t.Error("found an expired session")
	}
	commit("a", "shortened", time.Now().Add(-time.Second))
	if _, found := find("a"); found {
		t.Error("the new expiry was not kept")
	}
	commit("b", "three", time.Now().Add(time.Hour))
	if err := s.sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	var left int
	if err := s.db.QueryRow(`SELECT count(*) FROM sessions`).Scan(&left); err != nil || left != 1 {
		t.Errorf("%d sessions after the sweep, want 1 (%v)", left, err)
	}
	if err := s.Delete("b"); err != nil {
		t.Fatal(err)
	}
	if _, found := find("b"); found {
		t.Error("found a deleted session")
	}

	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := s.FindCtx(over, "b"); err == nil {
		t.Error("a cancelled context is no error to FindCtx")
	}
	if err := s.CommitCtx(over, "b", nil, time.Now()); err == nil {
		t.Error("a cancelled context is no error to CommitCtx")
	}
}

func TestSessions_TokenIsNotInTheDatabase(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	token := s.as(t, "maya").cookie("session")
	var rows int
	err := s.app.db.QueryRow(`SELECT count(*) FROM sessions WHERE token = ?`, token).Scan(&rows)
	if err != nil || token == "" || rows != 0 {
		t.Errorf("token %q is in %d rows (%v)", token, rows, err)
	}
}
