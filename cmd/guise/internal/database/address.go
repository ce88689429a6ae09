// Package database opens the database that an address names: SQLite,
// PostgreSQL, or MariaDB and MySQL, each with settings that are safe for a log.
// It owns no tables.
package database

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/guise-go/guise/sqlstore"
)

// Address is where a database is. Use [Parse].
type Address struct {
	// Engine is the database system; sqlusers has the same names for it.
	Engine sqlstore.Engine
	// File is the path of an SQLite database; "" for any other.
	File string

	url *url.URL // of a server
}

// Parse reads an address: sqlite:PATH or the path of a file, postgres://…, or
// mysql://… (mariadb:// is the same). What stands behind the question mark of
// a server's address is the driver's own, such as sslmode=require or tls=true.
// No error quotes the address: it may hold a password.
func Parse(text string) (Address, error) {
	if strings.TrimSpace(text) == "" {
		return Address{}, errors.New("the database's address is empty; write sqlite:PATH, postgres://… or mysql://…")
	}
	scheme, rest, found := strings.Cut(text, ":")
	switch {
	case found && scheme == "sqlite":
		return parseFile(rest)
	case driversOwn.MatchString(text):
		return Address{}, errDriversOwn
	case strings.Contains(text, "://"):
		return parseServer(scheme, text)
	}
	return Address{Engine: sqlstore.SQLite, File: text}, nil
}

func parseFile(path string) (Address, error) {
	if absolute, ok := strings.CutPrefix(path, "//"); ok { // as a URL without a host
		if path = absolute; !strings.HasPrefix(path, "/") {
			return Address{}, errors.New("the address sqlite://… has a host, which a file has not; write sqlite:PATH")
		}
	}
	if path == "" || strings.HasPrefix(path, ":memory:") {
		return Address{}, errors.New("the address sqlite: names no file; write sqlite:PATH")
	}
	return Address{Engine: sqlstore.SQLite, File: path}, nil
}

func parseServer(scheme, text string) (Address, error) {
	var engine sqlstore.Engine
	switch scheme {
	case "postgres", "postgresql":
		engine = sqlstore.Postgres
	case "mysql", "mariadb":
		engine = sqlstore.MySQL
	default:
		return Address{}, fmt.Errorf("the address begins with %.20q; write sqlite:PATH, postgres://… or mysql://…", scheme)
	}
	address, err := url.Parse(text)
	if err != nil || address.Opaque != "" {
		return Address{}, fmt.Errorf("the address is no URL like %s://user:password@host:port/database; "+
			"in a password, write / as %%2F, @ as %%40, : as %%3A and %% as %%25", scheme)
	}
	if strings.Trim(address.Path, "/") == "" {
		return Address{}, fmt.Errorf("the address names no database; write %s://user:password@host:port/database", scheme)
	}
	return Address{Engine: engine, url: address}, nil
}

// Same reports whether another address is surely that of the same database; two
// that are written differently may be.
func (a Address) Same(other Address) bool {
	if a.url != nil && other.url != nil {
		return a.url.String() == other.url.String()
	}
	if a.url != nil || other.url != nil {
		return false
	}
	one, err := os.Stat(a.File)
	if err != nil {
		return false
	}
	two, err := os.Stat(other.File)
	return err == nil && os.SameFile(one, two)
}

// String is the address for people to read, without its password.
func (a Address) String() string {
	if a.url == nil {
		return "sqlite:" + a.File
	}
	public := *a.url
	public.RawQuery = "" // it may hold a password too
	return public.Redacted()
}
