package databases

import (
	"context"
	"database/sql"
	"net/url"
)

// kind is what is different between the two kinds of servers.
type kind struct {
	name string
	// variable is the environment variable that names another server, help is
	// how to get one of our own.
	variable, help string
	schemes        []string
	driver         string
	dsn            func(*url.URL) (string, error)

	create, drop func(database string) string

	// accounts are the users that may run the server when root runs the tests,
	// the first that exists.
	accounts []string
	// find says where the server's programs are.
	find func() (programs, error)
	// initialise is the command that fills the data folder, run the one that
	// serves it.
	initialise func(*Server) []string
	run        func(*Server) []string
	// stop is the signal at which the server ends at once, with everything that
	// belongs to it.
	stop string
	// follow makes a server that has a folder alone a standby of another, and
	// starts it; promote makes it a server of its own.
	follow  func(standby, of *Server) error
	promote func(context.Context, *Server) error
	// ownDatabase is one that every server of this kind has.
	ownDatabase string
}

// programs are the paths of a server's two programs.
type programs struct{ initialise, serve string }

// administer runs one statement on a connection of its own.
func (k *kind) administer(ctx context.Context, server *url.URL, statement string) error {
	dsn, err := k.dsn(server)
	if err != nil {
		return err
	}
	db, err := sql.Open(k.driver, dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, statement)
	return err
}
