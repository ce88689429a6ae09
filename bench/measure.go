package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"time"
)

// rounds is how often each row is measured, the two sides by turns.
const rounds = 5

// figure makes one number of a round's.
type figure string

const (
	median figure = "p50"
	p99    figure = "p99"
)

func (f figure) of(numbers []float64) float64 {
	switch f {
	case median:
		return quantile(numbers, 0.5)
	case p99:
		return quantile(numbers, 0.99)
	default:
		panic("bench: no figure called " + string(f))
	}
}

// quantile is the smallest number that a part q of them does not exceed.
func quantile(numbers []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(numbers))
	at := int(math.Ceil(q*float64(len(sorted)))) - 1
	return sorted[max(at, 0)]
}

// errLeftOut is that a row can't be measured on this machine. What wraps it
// says why.
var errLeftOut = errors.New("left out")

// measureAll measures the rows one by one; beside an error, it reports those
// that were measured before. One that can't be measured here is
// in the report too, with the reason.
func measureAll(ctx context.Context, l *lab, rows []row, progress io.Writer) (*report, error) {
	started := time.Now()
	var results []result
	for i, r := range rows {
		fmt.Fprintf(progress, "%3d/%d %s ", i+1, len(rows), r.name)
		start := time.Now()
		found, err := measure(ctx, l, r)
		switch {
		case errors.Is(err, errLeftOut) && ctx.Err() == nil:
			found.LeftOut = err.Error()
			fmt.Fprintln(progress, err)
		case err != nil:
			return l.report(started, results), fmt.Errorf("%s: %w", r.name, err)
		default:
			fmt.Fprintf(progress, "%s (%s), %s\n", number(found.Ratio), found.verdict(), time.Since(start).Round(time.Second/10))
		}
		results = append(results, found)
	}
	return l.report(started, results), nil
}

func (l *lab) report(started time.Time, rows []result) *report {
	return &report{Machine: l.machine(), Started: started.UTC().Truncate(time.Second), Took: time.Since(started).Round(time.Second).String(), Rows: rows}
}

// measure runs a row's two sides by turns: floor first, then the other first,
// so that neither has the warmer machine. A round before the first, which does
// not count, fills caches and connections.
func measure(ctx context.Context, l *lab, r row) (result, error) {
	found := result{row: r, Name: r.name, What: r.what, Floor: r.floor, Figure: r.figure, Unit: r.unit, Target: r.target.String(), Note: r.note}
	measured, floor, err := r.prepare(ctx, l)
	if err != nil {
		return found, err
	}
	n := rounds
	if l.quick {
		n, found.Quick = 1, true
	} else if err := errors.Join(warm(ctx, floor), warm(ctx, measured)); err != nil {
		return found, err
	}
	for i := range n {
		sides := []func() error{
			func() error { return found.Own.round(ctx, measured, r.figure) },
			func() error { return found.Base.round(ctx, floor, r.figure) },
		}
		if i%2 == 0 {
			slices.Reverse(sides)
		}
		for _, run := range sides {
			if err := run(); err != nil {
				return found, err
			}
		}
	}
	found.finish()
	return found, nil
}

func warm(ctx context.Context, side side) error {
	if side == nil {
		return nil
	}
	_, err := side(ctx)
	return err
}

// series is what the rounds of one side gave.
type series struct {
	// Rounds has the figure of each round, All the median and the 99th
	// percentile of all rounds' numbers.
	Rounds []float64 `json:"rounds"`
	Median float64   `json:"median"`
	P99    float64   `json:"p99"`
	N      int       `json:"n"`

	numbers []float64
}

func (s *series) round(ctx context.Context, side side, f figure) error {
	if side == nil {
		return nil
	}
	numbers, err := side(ctx)
	if err != nil {
		return err
	}
	if len(numbers) == 0 {
		return errors.New("a round without a number")
	}
	s.Rounds = append(s.Rounds, f.of(numbers))
	s.numbers = append(s.numbers, numbers...)
	s.N, s.Median, s.P99 = len(s.numbers), median.of(s.numbers), p99.of(s.numbers)
	return nil
}

// result is a row and what was measured.
type result struct {
	row row

	Name   string `json:"name"`
	What   string `json:"what"`
	Floor  string `json:"floor,omitempty"`
	Figure figure `json:"figure"`
	Unit   unit   `json:"unit"`
	Target string `json:"target"`
	Own    series `json:"measured"`
	Base   series `json:"base"`
	// Ratio is the median of the rounds' ratios, Best and Worst the ends.
	Ratio float64 `json:"ratio"`
	Least float64 `json:"least_ratio"`
	Most  float64 `json:"most_ratio"`
	Met   bool    `json:"met"`
	Note  string  `json:"note,omitempty"`
	// LeftOut is why it was not measured.
	LeftOut string `json:"left_out,omitempty"`
	// Quick says that the figures mean nothing.
	Quick bool `json:"quick,omitempty"`
}

// finish compares the two sides, round by round.
func (r *result) finish() {
	ratios := make([]float64, len(r.Own.Rounds))
	for i, own := range r.Own.Rounds {
		ratios[i] = own
		if len(r.Base.Rounds) > 0 {
			ratios[i] = own / r.Base.Rounds[i]
		}
	}
	r.Ratio, r.Least, r.Most = median.of(ratios), slices.Min(ratios), slices.Max(ratios)
	r.Met = r.row.target.met(r.Ratio)
}

func (r *result) verdict() string {
	switch {
	case r.LeftOut != "":
		return "not measured"
	case r.Quick:
		return "not judged"
	case r.Met:
		return "met"
	default:
		return "missed"
	}
}
