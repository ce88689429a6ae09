package databases

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// login is who the tests are on the servers that this package starts.
const login = "guise"

const (
	startLimit = time.Minute // on a slow machine, under other tests
	startTries = 3
)

var errEnded = errors.New("it ended before it answered")

// Option changes how a server of one's own runs.
type Option int

// Durable makes the server put what is committed on the disk, as it does by
// default. Without it, a commit survives the death of the server but not that of
// the machine, and is many times faster.
const Durable Option = 1

// Roomy gives the server memory for a million users, as one in production has.
const Roomy Option = 2

// Replicated makes a MariaDB server keep what a [Server.Standby] needs.
// PostgreSQL always does.
const Replicated Option = 3

// Server is a database server that belongs to one test, which may kill it. Its
// address, its databases and their URLs stay the same when it is started again.
type Server struct {
	kind     *kind
	programs programs
	options  []Option
	account  *account
	dir      string
	port     int
	password string
	keeper   *keeper
}

// StartPostgres starts a PostgreSQL server for this test alone, which is gone
// when the test ends. GUISE_TEST_POSTGRES is not used: a test asks for its own
// server to kill it.
func StartPostgres(t testing.TB, options ...Option) *Server {
	t.Helper()
	return startOwn(t, postgres(), options)
}

// StartMySQL starts a MariaDB server for this test alone, as [StartPostgres] does.
func StartMySQL(t testing.TB, options ...Option) *Server {
	t.Helper()
	return startOwn(t, mariadb(), options)
}

func startOwn(t testing.TB, k *kind, options []Option) *Server {
	t.Helper()
	found, err := k.find()
	if err != nil {
		doWithout(t, k, err)
	}
	s, err := newServer(k, found, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.remove(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// RunPostgres starts a PostgreSQL server for a program that isn't a test. Close
// ends it, and so does the end of the program.
func RunPostgres(options ...Option) (*Server, error) { return runOwn(postgres(), options) }

// RunMySQL starts a MariaDB server as [RunPostgres] does.
func RunMySQL(options ...Option) (*Server, error) { return runOwn(mariadb(), options) }

func runOwn(k *kind, options []Option) (*Server, error) {
	found, err := k.find()
	if err != nil {
		return nil, fmt.Errorf("no %s server: %w; %s", k.name, err, k.help)
	}
	return newServer(k, found, options)
}

// Close ends the server and removes its folder.
func (s *Server) Close() error { return s.remove() }

// Create makes an empty database on the server and opens it. The caller closes
// it; it goes with the server.
func (s *Server) Create(ctx context.Context, name string) (*sql.DB, error) {
	if err := s.kind.administer(ctx, s.url(), s.kind.create(name)); err != nil {
		return nil, err
	}
	return s.Open(name)
}

// Open is another handle on a database that was created.
func (s *Server) Open(name string) (*sql.DB, error) {
	driver, dsn, err := s.Source(name)
	if err != nil {
		return nil, err
	}
	return sql.Open(driver, dsn)
}

// Source is what sql.Open takes to open a database that was created.
func (s *Server) Source(name string) (driver, dsn string, err error) {
	address, err := url.Parse(s.URL(name))
	if err != nil {
		return "", "", err
	}
	dsn, err = s.kind.dsn(address)
	return s.kind.driver, dsn, err
}

// URL is the address of the database of this name on the server.
func (s *Server) URL(name string) string {
	address := s.url()
	address.Path = "/" + name
	return address.String()
}

// Database creates an empty database on the server.
func (s *Server) Database(t testing.TB) *Database {
	t.Helper()
	return newDatabase(t, s.kind, s.url())
}

// Kill ends the server as kill -9 does: it gets to finish nothing. Its data
// stay as they are.
func (s *Server) Kill(t testing.TB) {
	t.Helper()
	if err := s.keeper.kill(); err != nil {
		t.Fatalf("killing %s: %v", s.kind.name, err)
	}
}

// Restart starts a killed server again, on the same data and the same address.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	if err := s.start(); err != nil {
		t.Fatalf("starting %s again: %v", s.kind.name, err)
	}
}

// newServer makes a data folder and starts a server on it.
func newServer(k *kind, found programs, options []Option) (*Server, error) {
	dir, err := os.MkdirTemp("", "guise-test-")
	if err != nil {
		return nil, err
	}
	s := &Server{kind: k, programs: found, options: options, dir: dir, password: rand.Text()}
	if err := s.firstStart(); err != nil {
		return nil, errors.Join(fmt.Errorf("%s in %s: %w", k.name, dir, err), os.RemoveAll(dir))
	}
	return s, nil
}

func (s *Server) firstStart() (err error) {
	if s.account, err = unprivileged(s.kind.accounts); err != nil {
		return err
	}
	if err := s.account.own(s.dir); err != nil {
		return err
	}
	initialise := s.account.command(s.kind.initialise(s))
	if said, err := exec.Command(initialise[0], initialise[1:]...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", initialise, err, said)
	}
	return s.startSomewhere()
}

// startSomewhere starts the server on a port that is free.
func (s *Server) startSomewhere() (err error) {
	for range startTries {
		if s.port, err = freePort(); err != nil {
			return err
		}
		// Somebody may have taken the port before the server did.
		if err = s.start(); !errors.Is(err, errEnded) {
			return err
		}
	}
	return err
}

// start runs the server until it answers.
func (s *Server) start() error {
	keeper, err := keep(s.dir, s.kind.stop, s.account.command(s.kind.run(s)))
	if err != nil {
		return err
	}
	if err := s.waitUntilItAnswers(keeper); err != nil {
		return errors.Join(err, keeper.kill())
	}
	s.keeper = keeper
	return nil
}

func (s *Server) waitUntilItAnswers(k *keeper) error {
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	for {
		err := s.kind.administer(ctx, s.url(), "SELECT 1")
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return fmt.Errorf("it did not answer within %v: %w; its log:\n%s", startLimit, err, k.log())
		case !runs(k.server):
			return fmt.Errorf("%w; its log:\n%s", errEnded, k.log())
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// remove ends the server and removes its folder, which a keeper leaves when its
// server was killed.
func (s *Server) remove() error {
	s.keeper.remove()
	return os.RemoveAll(s.dir)
}

func (s *Server) url() *url.URL {
	return &url.URL{
		Scheme: s.kind.schemes[0], User: url.UserPassword(login, s.password),
		Host: fmt.Sprintf("127.0.0.1:%d", s.port), Path: "/" + s.kind.ownDatabase,
	}
}

func (s *Server) with(option Option) bool { return slices.Contains(s.options, option) }

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// secret writes a file that only the server's account can read.
func (s *Server) secret(text string) (path string) {
	path = filepath.Join(s.dir, "secret")
	// Should this fail, the server will say that it can't read the file.
	if os.WriteFile(path, []byte(text), 0o600) == nil {
		_ = s.account.own(path)
	}
	return path
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// tail is the end of a log, where the reason is.
func tail(log []byte) string {
	const most = 4000
	return strings.TrimSpace(string(log[max(0, len(log)-most):]))
}
