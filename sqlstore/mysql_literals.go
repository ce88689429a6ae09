package sqlstore

import (
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// literally sends statements whole. MySQL's drivers send a statement with values
// in three parts, to be prepared, run and closed, each of which the server has
// to answer.
//
// Security: no value is quoted, so none can end its quotes. Numbers are digits,
// texts and bytes are hexadecimal digits or empty, and there is nothing else.
type literally struct{ *sql.Conn }

func (l literally) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	query, err := literal(query, args)
	if err != nil {
		return nil, err
	}
	return l.Conn.ExecContext(ctx, query)
}

func (l literally) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	query, err := literal(query, args)
	if err != nil {
		return nil, err
	}
	return l.Conn.QueryContext(ctx, query)
}

// literal writes the values in place of their marks. In the store's statements,
// every ? is a mark.
func literal(query string, args []any) (string, error) {
	parts := strings.Split(query, `?`)
	if len(parts) != len(args)+1 {
		return "", fmt.Errorf("sqlstore: %d values for %d marks of: %s", len(args), len(parts)-1, query)
	}
	var b strings.Builder
	for n, part := range parts {
		b.WriteString(part)
		if n == len(args) {
			break
		}
		switch value := args[n].(type) {
		case nil:
			b.WriteString(`NULL`)
		case int:
			b.WriteString(strconv.Itoa(value))
		case int64:
			b.WriteString(strconv.FormatInt(value, 10))
		case string:
			if value == "" { // as many are, and the server reads all of it
				b.WriteString(`''`)
				break
			}
			b.WriteString(`_utf8mb4 x'` + hex.EncodeToString([]byte(value)) + `'`)
		case []byte:
			if value == nil {
				b.WriteString(`NULL`)
				break
			}
			b.WriteString(`x'` + hex.EncodeToString(value) + `'`)
		default:
			return "", fmt.Errorf("sqlstore: a value of type %T has no literal", value)
		}
	}
	return b.String(), nil
}
