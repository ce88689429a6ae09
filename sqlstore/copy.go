package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/guise-go/guise"
)

// ErrNotEmpty says that the store to copy to has something in it already.
var ErrNotEmpty = errors.New("sqlstore: the store to copy to has impersonations or events already")

// Copied is what a copy wrote, and the head of the log.
type Copied struct {
	Events, Impersonations int
	Seq                    int64
	Hash                   guise.Hash
}

// rowsAtOnce is how many rows one statement of a copy writes at most; engines
// limit the number of its values.
const rowsAtOnce = 200

// Copy writes everything that is in one store to another that is empty, on
// whatever engines: each event as it is, hash and all, and each impersonation,
// so that those that run go on; but not what is counted for guise.Limits.
// Progress, unless nil, is called now and then with the number of events so far.
//
// It is one transaction: afterwards everything is there, or nothing. Until it
// ends, nobody else can write to either store, so stop the application first. A
// log that does not verify is a [*guise.ChainError], and is not copied.
func Copy(ctx context.Context, to, from *Store, progress func(events int)) (Copied, error) {
	if progress == nil {
		progress = func(int) {}
	}
	c := copier{progress: progress}
	done := false
	err := from.exclusively(ctx, false, func(source *tx) error {
		err := to.exclusively(ctx, true, func(target *tx) error {
			c.source, c.target = source, target
			return c.copy()
		})
		done = err == nil
		return err
	})
	if done { // however the source's transaction ends, which only reads
		return c.copied, nil
	}
	if over := over(ctx); err != nil && over != nil {
		err = fmt.Errorf("sqlstore: copying: %w", over) // whatever the driver calls it
	}
	return Copied{}, err
}

// exclusively is write for what takes long and is not repeated. Long is as in
// transaction.
func (s *Store) exclusively(ctx context.Context, long bool, do func(*tx) error) error {
	release, err := s.queue(ctx)
	if err != nil {
		return err
	}
	defer release()
	step := stepper(s.briefly)
	if !s.dialect.undoes {
		step = s.patiently
	}
	t := s.changing(do, new(head))
	t.long = long
	_, err = s.once(ctx, step, t)
	return err
}

// copier is one copy.
type copier struct {
	source, target *tx
	progress       func(events int)
	copied         Copied
}

func (c *copier) copy() error {
	held, err := collect(c.target.ctx, c.target.session, scanCount,
		`SELECT (SELECT count(*) FROM guise_impersonations) + (SELECT count(*) FROM guise_events)`)
	if err != nil {
		return err
	}
	if c.target.head.seq != 0 || len(held) != 1 || held[0] != 0 {
		return ErrNotEmpty
	}
	if err := c.impersonations(); err != nil {
		return fmt.Errorf("sqlstore: copying impersonations: %w", err)
	}
	if err := c.events(); err != nil {
		return fmt.Errorf("sqlstore: copying events: %w", err)
	}
	// The trigger lets events be added only after the head, so that moves last.
	c.target.head = c.source.head
	c.copied.Seq, c.copied.Hash = c.source.head.seq, c.source.head.hash
	return nil
}

func (c *copier) impersonations() error {
	into := c.rows("guise_impersonations", impersonationColumns+", token_hash, search", impersonationWidth+2)
	_, err := collect(c.source.ctx, c.source.session, func(scan func(...any) error) (struct{}, error) {
		var token []byte
		i, err := scanImpersonation(func(columns ...any) error { return scan(append(columns, &token)...) })
		if err != nil {
			return struct{}{}, err
		}
		c.copied.Impersonations++
		return struct{}{}, into.add(append(impersonationValues(i), token, searched(i)))
	}, `SELECT `+impersonationColumns+`, token_hash FROM guise_impersonations`)
	if err != nil {
		return err
	}
	return into.flush()
}

func (c *copier) events() error {
	into, row := c.rows("guise_events", eventColumns, eventWidth), c.source.newEventRow()
	var v guise.Verifier
	_, err := collect(c.source.ctx, c.source.session, func(scan func(...any) error) (struct{}, error) {
		event, err := row.scan(scan)
		if err != nil {
			return struct{}{}, err
		}
		if err := v.Add(event); err != nil {
			return struct{}{}, err
		}
		if c.copied.Events++; c.copied.Events%rowsAtOnce == 0 {
			c.progress(c.copied.Events)
		}
		return struct{}{}, into.add(eventValues(event))
	}, c.source.events, int64(math.MinInt64), int64(math.MaxInt32))
	if err != nil {
		return err
	}
	if err := v.Done(); err != nil {
		return err
	}
	seq, hash := v.Head()
	if (head{seq, hash}) != c.source.head && c.copied.Events > 0 || c.copied.Events == 0 && c.source.head.seq != 0 {
		return &guise.ChainError{Seq: seq + 1, Problem: fmt.Sprintf("is missing: guise_head says that the log ends with event %d, %s",
			c.source.head.seq, c.source.head.hash)}
	}
	c.progress(c.copied.Events)
	return into.flush()
}

// rows collects rows of a table of the target, and writes many at once.
type rows struct {
	tx     *tx
	insert string
	width  int
	most   int
	values []any
	count  int
}

func (c *copier) rows(table, columns string, width int) *rows {
	most := rowsAtOnce
	if limit := c.target.mostValues; limit > 0 {
		most = min(most, limit/width)
	}
	return &rows{tx: c.target, insert: `INSERT INTO ` + table + ` (` + columns + `) VALUES `, width: width, most: most}
}

func (r *rows) add(values []any) error {
	r.values = append(r.values, values...)
	if r.count++; r.count < r.most {
		return nil
	}
	return r.flush()
}

func (r *rows) flush() error {
	if r.count == 0 {
		return nil
	}
	each := make([]string, r.count)
	for n := range each {
		each[n] = `(` + r.tx.marks(n*r.width+1, r.width) + `)`
	}
	written, err := r.tx.exec(r.insert+strings.Join(each, `, `), r.values...)
	if err == nil && written != int64(r.count) {
		err = fmt.Errorf("%d rows were written instead of %d", written, r.count)
	}
	r.values, r.count = r.values[:0], 0
	return err
}
