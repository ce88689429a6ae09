package databases

import (
	"fmt"
	"net/url"
	"os"
	"slices"
	"sync"
	"testing"
)

// The servers that all tests of a process share, started when the first asks.
// Each is set once and never changes; its keeper ends it with the process.
var (
	sharedPostgres = sync.OnceValues(func() (*Server, error) { return startShared(postgres()) })
	sharedMariaDB  = sync.OnceValues(func() (*Server, error) { return startShared(mariadb()) })
)

func startShared(k *kind) (*Server, error) {
	found, err := k.find()
	if err != nil {
		return nil, missingError{err}
	}
	return newServer(k, found, nil)
}

// missingError says that a server is not installed.
type missingError struct{ error }

// sharedServer is the address of the server to use: the one that the
// environment names, or ours.
func sharedServer(t testing.TB, k *kind, start func() (*Server, error)) *url.URL {
	t.Helper()
	if named := os.Getenv(k.variable); named != "" {
		address, err := parse(k, named)
		if err != nil {
			t.Fatal(err)
		}
		return address
	}
	server, err := start()
	if missing, ok := err.(missingError); ok {
		doWithout(t, k, missing.error)
	}
	if err != nil {
		t.Fatal(err)
	}
	return server.url()
}

// parse reads the URL in a kind's variable. Its error does not quote the URL,
// which has a password.
func parse(k *kind, text string) (*url.URL, error) {
	address, err := url.Parse(text)
	if err != nil || !slices.Contains(k.schemes, address.Scheme) || address.Host == "" {
		return nil, fmt.Errorf("%s is not a URL like %s://user:password@host:port/%s", k.variable, k.schemes[0], k.ownDatabase)
	}
	return address, nil
}

// doWithout skips the test, so that `go test work` passes with nothing but Go;
// under CI=true nothing may be left out.
func doWithout(t testing.TB, k *kind, why error) {
	t.Helper()
	help := fmt.Sprintf("no %s server: %v; %s, or set %s to the URL of one", k.name, why, k.help, k.variable)
	if os.Getenv("CI") == "true" {
		t.Fatal(help)
	}
	t.Skip(help)
}
