package sqlguard_test

import (
	"context"
	"database/sql/driver"
)

// dsn is the smallest connector possible.
type dsn struct {
	driver driver.Driver
	name   string
}

func (d dsn) Connect(context.Context) (driver.Conn, error) { return d.driver.Open(d.name) }
func (d dsn) Driver() driver.Driver                        { return d.driver }
