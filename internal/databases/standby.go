package databases

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Standby starts another PostgreSQL server, which follows this one and can be
// read, until Promote.
func (s *Server) Standby(t testing.TB) *Server {
	t.Helper()
	dir, err := os.MkdirTemp("", "guise-test-")
	if err != nil {
		t.Fatal(err)
	}
	other := &Server{kind: s.kind, programs: s.programs, options: s.options, account: s.account, dir: dir, password: s.password}
	if err := other.follow(s); err != nil {
		t.Fatal(errors.Join(err, os.RemoveAll(dir)))
	}
	t.Cleanup(func() {
		if err := other.remove(); err != nil {
			t.Error(err)
		}
	})
	return other
}

// follow starts the server on a copy of the other's data.
func (s *Server) follow(other *Server) error {
	if err := s.account.own(s.dir); err != nil {
		return err
	}
	backup := s.account.command([]string{
		filepath.Join(filepath.Dir(s.programs.serve), "pg_basebackup"), "--pgdata", s.data(), "--dbname", other.url().String(),
		"--write-recovery-conf", "--checkpoint=fast", "--no-sync",
	})
	if said, err := exec.Command(backup[0], backup[1:]...).CombinedOutput(); err != nil {
		return errors.Join(err, errors.New(string(said)))
	}
	return s.startSomewhere()
}

// Promote makes a standby a server of its own, whatever it has heard of so far.
func (s *Server) Promote(t testing.TB) {
	t.Helper()
	if err := s.kind.administer(t.Context(), s.url(), "SELECT pg_promote()"); err != nil {
		t.Fatalf("promoting the standby: %v", err)
	}
}
