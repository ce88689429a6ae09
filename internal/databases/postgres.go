package databases

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver called pgx
)

func postgres() *kind {
	return &kind{
		name:     "PostgreSQL",
		variable: "GUISE_TEST_POSTGRES",
		help:     "install it with `make setup` or `apt-get install postgresql`",
		schemes:  []string{"postgres", "postgresql"},
		driver:   "pgx",
		dsn:      func(address *url.URL) (string, error) { return address.String(), nil },

		create: func(database string) string { return "CREATE DATABASE " + database + " TEMPLATE template0" },
		drop:   func(database string) string { return "DROP DATABASE IF EXISTS " + database + " WITH (FORCE)" },

		accounts:   []string{"postgres", "nobody"},
		find:       findPostgres,
		initialise: initialisePostgres,
		run:        runPostgres,
		stop:       "QUIT", // which PostgreSQL calls an immediate shutdown
		follow:     followPostgres,
		promote: func(ctx context.Context, s *Server) error {
			return s.kind.administer(ctx, s.url(), "SELECT pg_promote()")
		},
		ownDatabase: "postgres",
	}
}

// findPostgres looks where Debian puts it first: it keeps several versions side
// by side, and none of them on the PATH.
func findPostgres() (programs, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb") // the pattern is valid
	if path, err := exec.LookPath("initdb"); err == nil {
		found = append(found, path)
	}
	slices.SortStableFunc(found, func(a, b string) int { return version(b) - version(a) })
	for _, initdb := range found {
		if server, err := exec.LookPath(filepath.Join(filepath.Dir(initdb), "postgres")); err == nil {
			return programs{initdb, server}, nil
		}
	}
	return programs{}, errors.New("no initdb beside postgres in /usr/lib/postgresql or on the PATH")
}

// version is that of a path like /usr/lib/postgresql/15/bin/initdb, else 0.
func version(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
	return n
}

func initialisePostgres(s *Server) []string {
	return []string{
		s.programs.initialise, "--pgdata", s.data(), "--username", login, "--auth", "password", "--pwfile", s.secret(s.password + "\n"),
		"--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync", "--no-instructions",
	}
}

func runPostgres(s *Server) []string {
	buffers := "32MB"
	if s.with(Roomy) {
		buffers = "1GB"
	}
	settings := []string{
		"listen_addresses=127.0.0.1", fmt.Sprint("port=", s.port), "unix_socket_directories=",
		"max_connections=200", "shared_buffers=" + buffers,
		"dynamic_shared_memory_type=mmap", // in the data folder, so that a killed server leaves nothing elsewhere
	}
	if !s.with(Durable) {
		settings = append(settings, "fsync=off", "full_page_writes=off")
	}
	return append([]string{s.programs.serve, "-D", s.data(), "-c"}, strings.Split(strings.Join(settings, " -c "), " ")...)
}

// followPostgres starts the standby on a copy of the other's data.
func followPostgres(standby, of *Server) error {
	if err := standby.account.own(standby.dir); err != nil {
		return err
	}
	backup := standby.account.command([]string{
		filepath.Join(filepath.Dir(standby.programs.serve), "pg_basebackup"), "--pgdata", standby.data(), "--dbname", of.url().String(),
		"--write-recovery-conf", "--checkpoint=fast", "--no-sync",
	})
	if said, err := exec.Command(backup[0], backup[1:]...).CombinedOutput(); err != nil {
		return errors.Join(err, errors.New(string(said)))
	}
	return standby.startSomewhere()
}
