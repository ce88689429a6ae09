package databases

import (
	"errors"
	"os"
	"testing"
)

// Standby starts another server, which follows this one and can be read, until
// Promote. A MariaDB server must be [Replicated] for that.
func (s *Server) Standby(t testing.TB) *Server {
	t.Helper()
	dir, err := os.MkdirTemp("", "guise-test-")
	if err != nil {
		t.Fatal(err)
	}
	other := &Server{kind: s.kind, programs: s.programs, options: s.options, account: s.account, dir: dir, password: s.password}
	if err := s.kind.follow(other, s); err != nil {
		t.Fatal(errors.Join(err, os.RemoveAll(dir)))
	}
	t.Cleanup(func() {
		if err := other.remove(); err != nil {
			t.Error(err)
		}
	})
	return other
}

// Promote makes a standby a server of its own, with whatever it has received so
// far.
func (s *Server) Promote(t testing.TB) {
	t.Helper()
	if err := s.kind.promote(t.Context(), s); err != nil {
		t.Fatalf("promoting the standby: %v", err)
	}
}
