package sqlguard

import (
	"context"
	"database/sql/driver"
	"fmt"
	"regexp"
	"strings"

	"github.com/guise-go/guise/internal/errtext"
)

// note watches, while the guard is at rest, for texts that begin or end a
// transaction: that decides what a bracket does to what comes next.
func (c *conn) note(query string) {
	usual := c.dialect.lexings[0]
	first, _, _ := usual.next(query)
	rows := first.is("SELECT") || first.is("INSERT") || first.is("UPDATE") || first.is("DELETE")
	if rows && strings.IndexByte(query, ';') < 0 {
		return // nearly all statements
	}
	if _, err := c.dialect.verdict(query); err == nil {
		return // what may run in a bracket neither begins nor ends anything
	}
	c.unsure()
	for _, st := range usual.statements(query) {
		switch {
		case st.head("COMMIT", "END", "ABORT", "ROLLBACK") && !st.rollsBackTo() && !st.follow("AND", "CHAIN"), st.follow("XA", "COMMIT"):
			c.tx = outside
		case st.head("COMMIT", "ROLLBACK", "BEGIN", "XA"), st.follow("START", "TRANSACTION"):
			c.tx = writing
		}
	}
}

// unsure is after something that may have begun or ended a transaction, or lifted
// what holds the driver's.
func (c *conn) unsure() {
	c.doubt = true
	if c.tx == reading {
		c.tx = writing
	}
}

// locate finds out whether the connection is in a transaction, when a text has run
// that may have begun or ended one. A bracket within one would end it, with what
// others have written.
func (c *conn) locate(ctx context.Context) error {
	if !c.doubt || c.tx == reading || c.open > 0 {
		return nil
	}
	tx, err := c.dialect.locate(ctx, c)
	if err != nil {
		return err
	}
	c.tx, c.doubt = tx, false
	return nil
}

// locatePostgres tries a savepoint, which there can be in a transaction alone.
func locatePostgres(ctx context.Context, c *conn) (transaction, error) {
	err := c.command(ctx, "SAVEPOINT guise_guard; RELEASE SAVEPOINT guise_guard")
	switch {
	case err == nil:
		return writing, nil
	case hasState(err, noTransaction):
		return outside, nil
	case hasState(err, inFailedTransaction):
		return 0, err
	}
	return 0, c.fail(ctx, err)
}

// locateMySQL asks. Without autocommit every statement begins a transaction, which
// a bracket would commit.
func locateMySQL(ctx context.Context, c *conn) (transaction, error) {
	tx := c.tx
	answer, err := c.ask(ctx, "SELECT @@autocommit, @@in_transaction")
	if errtext.Fits(err, unknownVariable) { // MySQL doesn't tell: what note saw must do
		answer, err = c.ask(ctx, "SELECT @@autocommit")
	}
	switch {
	case err != nil:
		return 0, c.fail(ctx, err)
	case len(answer) == 2 && answer[1] == "0":
		tx = outside
	case len(answer) == 2:
		tx = writing
	}
	if c.manual = answer[0] != "1"; c.manual {
		tx = writing
	}
	return tx, nil
}

var unknownVariable = regexp.MustCompile(`^Error 1193\b`)

// ask returns the first row of one of the guard's own questions.
func (c *conn) ask(ctx context.Context, query string) ([]string, error) {
	found, done, err := c.question(ctx, query)
	if err != nil {
		return nil, err
	}
	defer done()
	values := make([]driver.Value, len(found.Columns()))
	if err := found.Next(values); err != nil {
		return nil, fmt.Errorf("%s tells nothing: %w", query, err)
	}
	var texts []string
	for _, value := range values {
		if text, ok := value.([]byte); ok {
			value = string(text)
		}
		texts = append(texts, fmt.Sprint(value))
	}
	return texts, nil
}

// question runs a question; done ends it.
func (c *conn) question(ctx context.Context, query string) (found driver.Rows, done func(), err error) {
	if canQuery(c.inner) {
		if found, err = queryDirect(ctx, c.inner, query, nil); err != driver.ErrSkip {
			return found, func() { _ = found.Close() }, err
		}
	}
	prepared, err := prepareContext(ctx, c.inner, query)
	if err != nil {
		return nil, nil, err
	}
	if found, err = queryStmt(ctx, prepared, nil); err != nil {
		_ = prepared.Close() // what went wrong is said
		return nil, nil, err
	}
	return found, func() { _, _ = found.Close(), prepared.Close() }, nil
}
