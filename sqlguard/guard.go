package sqlguard

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"

	"github.com/guise-go/guise"
)

// New wraps a connector so that its connections refuse to write in a read-only
// impersonation. A connector that is nil, or an unknown engine, makes every
// connection fail. Everything else that a driver offers passes through, except
// for the type of its connection: see [Unwrap].
func New(inner driver.Connector, engine Engine) driver.Connector {
	return &connector{inner: inner, engine: engine}
}

// Open is sql.Open, guarded. The driver must be registered by that name.
func Open(driverName, dataSourceName string, engine Engine) (*sql.DB, error) {
	if _, err := dialectOf(engine); err != nil {
		return nil, err
	}
	db, err := sql.Open(driverName, dataSourceName)
	if err != nil {
		return nil, fmt.Errorf("sqlguard: %w", err)
	}
	registered := db.Driver()
	if err := db.Close(); err != nil { // it has connected to nothing yet
		return nil, fmt.Errorf("sqlguard: %w", err)
	}
	var inner driver.Connector = named{registered, dataSourceName}
	if opens, ok := registered.(driver.DriverContext); ok {
		if inner, err = opens.OpenConnector(dataSourceName); err != nil {
			return nil, fmt.Errorf("sqlguard: %w", err)
		}
	}
	return sql.OpenDB(New(inner, engine)), nil
}

// Unwrap returns the driver's own connection, for use in [sql.Conn.Raw]:
//
//	conn.Raw(func(wrapped any) error {
//		own, err := sqlguard.Unwrap(ctx, wrapped)
//		…
//
// What is done on it is not guarded. So the error is [guise.ErrReadOnly] where
// the context may not write. The guard then assumes nothing about the connection,
// and holds the next statement of a read-only impersonation all the same. So call
// Unwrap anew in each Raw, use what it returns only there, and end on it every
// transaction that you begin on it, and no other. While the rows of a read-only
// impersonation are open it is an error on PostgreSQL and MariaDB: what was done
// then would be undone together with what they are read in. A connection that
// isn't wrapped is returned as it is.
func Unwrap(ctx context.Context, connection any) (any, error) {
	wrapped, ok := connection.(interface {
		unwrap(context.Context) (driver.Conn, error)
	})
	if !ok {
		return connection, nil
	}
	if !guise.MayWrite(ctx) {
		// Fail closed: nobody could say what it will be used for.
		return nil, guise.RefuseWrite(ctx, errors.New("sqlguard: the driver's own connection is not guarded"))
	}
	return wrapped.unwrap(ctx)
}

type connector struct {
	inner  driver.Connector
	engine Engine
}

func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	dialect, err := dialectOf(c.engine)
	if err != nil {
		return nil, err
	}
	if c.inner == nil {
		return nil, errors.New("sqlguard: New needs a connector, and got nil")
	}
	inner, err := c.inner.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return wrap(&conn{inner: inner, dialect: dialect, doubt: dialect.mayBeManual}), nil
}

func (c *connector) Driver() driver.Driver {
	if c.inner == nil {
		return nil
	}
	return c.inner.Driver()
}

// Close is for a connector that has something to close.
func (c *connector) Close() error {
	if closer, ok := c.inner.(io.Closer); ok {
		return closer.Close()
	}
	return nil
}

// named is the connector of a driver that has none.
type named struct {
	driver driver.Driver
	name   string
}

func (n named) Connect(context.Context) (driver.Conn, error) { return n.driver.Open(n.name) }
func (n named) Driver() driver.Driver                        { return n.driver }
