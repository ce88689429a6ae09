package sqlguard

import (
	"context"
	"database/sql/driver"
	"io"
	"reflect"
)

// rows are those of a statement that is held to reading: until they are closed.
// Some drivers run the statement only as its rows are read. What the driver's
// own rows can't tell is answered as database/sql answers it.
type rows struct {
	driver.Rows
	c       *conn
	ctx     context.Context
	release func() error
}

func (r *rows) Next(dest []driver.Value) error {
	if err := r.c.stillHeld(r.ctx); err != nil {
		return err
	}
	return r.c.refusal(r.ctx, r.Rows.Next(dest))
}

func (r *rows) Close() error {
	err := r.c.refusal(r.ctx, r.Rows.Close())
	if r.release != nil {
		if released := r.release(); err == nil {
			err = released
		}
		r.release = nil
	}
	return err
}

func (r *rows) HasNextResultSet() bool {
	sets, ok := r.Rows.(driver.RowsNextResultSet)
	return ok && sets.HasNextResultSet()
}

func (r *rows) NextResultSet() error {
	if sets, ok := r.Rows.(driver.RowsNextResultSet); ok {
		if err := r.c.stillHeld(r.ctx); err != nil {
			return err
		}
		return r.c.refusal(r.ctx, sets.NextResultSet())
	}
	return io.EOF
}

func (r *rows) ColumnTypeScanType(index int) reflect.Type {
	if typed, ok := r.Rows.(driver.RowsColumnTypeScanType); ok {
		return typed.ColumnTypeScanType(index)
	}
	return reflect.TypeFor[any]()
}

func (r *rows) ColumnTypeDatabaseTypeName(index int) string {
	if typed, ok := r.Rows.(driver.RowsColumnTypeDatabaseTypeName); ok {
		return typed.ColumnTypeDatabaseTypeName(index)
	}
	return ""
}

func (r *rows) ColumnTypeLength(index int) (length int64, ok bool) {
	if typed, is := r.Rows.(driver.RowsColumnTypeLength); is {
		return typed.ColumnTypeLength(index)
	}
	return 0, false
}

func (r *rows) ColumnTypeNullable(index int) (nullable, ok bool) {
	if typed, is := r.Rows.(driver.RowsColumnTypeNullable); is {
		return typed.ColumnTypeNullable(index)
	}
	return false, false
}

func (r *rows) ColumnTypePrecisionScale(index int) (precision, scale int64, ok bool) {
	if typed, is := r.Rows.(driver.RowsColumnTypePrecisionScale); is {
		return typed.ColumnTypePrecisionScale(index)
	}
	return 0, 0, false
}
