package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/guise-go/guise"
)

// curve is how the cost of something grows with the number of something else.
type curve struct {
	name, what, of string
	sizes          []int
	// prepare makes the operation to measure at a size, and says how often.
	prepare func(ctx context.Context, l *lab, size int) (operation, int, error)
}

// grown is a curve and what was measured.
type grown struct {
	Name   string       `json:"name"`
	What   string       `json:"what"`
	Of     string       `json:"of"`
	Points []grownPoint `json:"points"`
	// LeftOut is why it was not measured.
	LeftOut string `json:"left_out,omitempty"`
}

// grownPoint is the median of so many seconds an operation took at a size.
type grownPoint struct {
	Size    int     `json:"size"`
	Seconds float64 `json:"seconds"`
}

// sizes are those to measure a curve at: one alone in a quick run.
func (l *lab) sizes(c curve) []int {
	if l.quick {
		return c.sizes[:1]
	}
	return c.sizes
}

func powersOfTen(from, to int) (all []int) {
	for n := from; n <= to; n *= 10 {
		all = append(all, n)
	}
	return all
}

// curves are all there are. Ten million users take an hour to make and index:
// -large adds them.
func curves(large bool) []curve {
	users := powersOfTen(1000, 1_000_000)
	if large {
		users = powersOfTen(1000, 10_000_000)
	}
	impersonations := powersOfTen(1000, logSize)
	var all []curve
	for _, e := range []engine{sqliteEngine, postgresEngine} {
		all = append(all,
			curve{"grow/request/" + e.key, e.name + ": a read while impersonating", "users", users, e.growingRequest},
			curve{"grow/search/" + e.key, e.name + ": a search by name", "users", users, e.growingSearch},
			curve{"grow/log/" + e.key, e.name + ": a page of the log", "impersonations", impersonations, e.growingPage("log")},
			curve{"grow/live/" + e.key, e.name + ": the live page", "impersonations", impersonations, e.growingPage("live")},
			curve{"grow/sweep/" + e.key, e.name + ": a sweep", "impersonations", impersonations, e.growingSweep})
	}
	return append(all, curve{"grow/instances/postgres", "PostgreSQL: a read while impersonating, from so many instances at once", "instances",
		[]int{1, 2, 4, 8}, postgresEngine.growingInstances})
}

func (e engine) growingRequest(ctx context.Context, l *lab, size int) (operation, int, error) {
	a, err := e.applicationOf(ctx, l, size)
	if err != nil {
		return nil, 0, err
	}
	cookie, err := a.start(ctx, 3)
	if err != nil {
		return nil, 0, err
	}
	return l.served(a.handler).asking(http.MethodGet, a.as(cookie)), l.size(1000, 5), nil
}

func (e engine) growingSearch(ctx context.Context, l *lab, size int) (operation, int, error) {
	db, err := e.usersOf(ctx, l, size)
	if err != nil {
		return nil, 0, err
	}
	d, err := e.directory(db)
	if err != nil {
		return nil, 0, err
	}
	crowd := l.crowd()
	crowd.N = size
	n := l.size(100, 3)
	terms := crowd.Terms(seed+6, n)
	return func(ctx context.Context, i int) error {
		_, err := d.Search(ctx, guise.Query{Text: terms[i%n]})
		return err
	}, n, nil
}

func (e engine) growingPage(path string) func(context.Context, *lab, int) (operation, int, error) {
	return func(ctx context.Context, l *lab, size int) (operation, int, error) {
		a, err := e.log(ctx, l, size)
		if err != nil {
			return nil, 0, err
		}
		return a.opening(path), l.size(50, 3), nil
	}
}

func (e engine) growingSweep(ctx context.Context, l *lab, size int) (operation, int, error) {
	a, err := e.log(ctx, l, size)
	if err != nil {
		return nil, 0, err
	}
	return func(ctx context.Context, _ int) error {
		now := time.Now()
		_, err := a.store.Due(ctx, now, now.Add(-15*time.Minute), 100)
		return err
	}, l.size(200, 3), nil
}

// growingInstances has so many Managers ask at the same time, each as fast as
// it is answered.
func (e engine) growingInstances(ctx context.Context, l *lab, instances int) (operation, int, error) {
	var asks []operation
	a, err := e.application(ctx, l)
	if err != nil {
		return nil, 0, err
	}
	// By itself database/sql keeps two connections, and opening one takes far
	// longer than what is asked on it.
	a.db.SetMaxIdleConns(4 * instances)
	for i := range instances {
		another, err := e.another(a)
		if err != nil {
			return nil, 0, err
		}
		cookie, err := another.start(ctx, i)
		if err != nil {
			return nil, 0, err
		}
		asks = append(asks, l.served(another.handler).asking(http.MethodGet, another.as(cookie)))
	}
	return func(ctx context.Context, i int) error {
		failed := make([]error, len(asks))
		var work sync.WaitGroup
		for k, ask := range asks {
			work.Go(func() { failed[k] = ask(ctx, i) })
		}
		work.Wait()
		return errors.Join(failed...)
	}, l.size(300, 3), nil
}

// measureCurves measures those whose name is wanted.
func measureCurves(ctx context.Context, l *lab, wanted []curve, progress io.Writer) ([]grown, error) {
	var all []grown
	for _, c := range wanted {
		found := grown{Name: c.name, What: c.what, Of: c.of}
		for _, size := range l.sizes(c) {
			took, err := c.at(ctx, l, size)
			if errors.Is(err, errLeftOut) && ctx.Err() == nil {
				found.LeftOut = err.Error()
				break
			}
			if err != nil {
				return all, fmt.Errorf("%s at %d: %w", c.name, size, err)
			}
			fmt.Fprintf(progress, "%s at %d: %s\n", c.name, size, seconds.format(took))
			found.Points = append(found.Points, grownPoint{size, took})
		}
		all = append(all, found)
	}
	return all, nil
}

func (c curve) at(ctx context.Context, l *lab, size int) (float64, error) {
	op, n, err := c.prepare(ctx, l, size)
	if err != nil {
		return 0, err
	}
	ask := times(n, op)
	if _, err := ask(ctx); err != nil { // fills caches
		return 0, err
	}
	numbers, err := ask(ctx)
	return median.of(numbers), err
}

// grownBy are the things that grow.
var grownBy = []string{"users", "impersonations", "instances"}

// growthTable is the curves over one thing, as numbers.
func growthTable(of string, all []grown) string {
	var b strings.Builder
	for _, g := range all {
		if g.Of != of || len(g.Points) == 0 {
			continue
		}
		if b.Len() == 0 {
			fmt.Fprintf(&b, "\n| by the number of %s |", of)
			for _, p := range g.Points {
				fmt.Fprintf(&b, " %d |", p.Size)
			}
			b.WriteString(" grows as |\n| --- |" + strings.Repeat(" --- |", len(g.Points)) + " --- |\n")
		}
		fmt.Fprintf(&b, "| %s |", g.What)
		for _, p := range g.Points {
			fmt.Fprintf(&b, " %s |", seconds.format(p.Seconds))
		}
		fmt.Fprintf(&b, " %s |\n", g.exponent())
	}
	return b.String()
}

// exponent is the power of the size by which the cost grew over the whole
// curve: 0 is not at all, 1 is in proportion.
func (g grown) exponent() string {
	first, last := g.Points[0], g.Points[len(g.Points)-1]
	if first.Size == last.Size {
		return ""
	}
	e := math.Log(last.Seconds/first.Seconds) / math.Log(float64(last.Size)/float64(first.Size))
	return fmt.Sprintf("n^%.2f", e)
}
