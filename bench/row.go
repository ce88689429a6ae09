package main

import (
	"context"
	"fmt"
	"time"
)

// row is one line of the table: something that Guise does, beside its floor.
type row struct {
	// name is what -only takes: "search/name/postgres".
	name string
	// what is measured, and what the floor is, for the table.
	what, floor string
	// unit is what the numbers are in, figure what is made of a round's.
	unit   unit
	figure figure
	target target
	// note is what a reader of the table must know; most rows need none.
	note string
	// prepare makes what is measured. A row without a floor has a target for
	// the number itself, and returns nil for it.
	prepare func(context.Context, *lab) (measured, floor side, err error)
}

// side is one of the two things compared. It does its work once and returns
// the numbers of that round: one for each of many operations, or one alone.
// Both sides of a row have the same work.
type side func(context.Context) ([]float64, error)

// unit is what numbers are in.
type unit string

const (
	seconds   unit = "s"  // lower is better
	perSecond unit = "/s" // higher is better
	inBytes   unit = "B"  // lower is better
	count     unit = "1"  // lower is better
)

// target is what the ratio to the floor has to reach, or the number itself
// where there is no floor.
type target struct {
	limit   float64
	atLeast bool
}

func atMost(limit float64) target  { return target{limit: limit} }
func atLeast(limit float64) target { return target{limit, true} }

// met reports whether a ratio reaches the target.
func (t target) met(ratio float64) bool {
	if t.atLeast {
		return ratio >= t.limit
	}
	return ratio <= t.limit
}

func (t target) String() string {
	sign := "≤"
	if t.atLeast {
		sign = "≥"
	}
	return sign + " " + number(t.limit)
}

// times makes a side of an operation that is done for each of n arguments.
func times(n int, op func(ctx context.Context, i int) error) side {
	return func(ctx context.Context) ([]float64, error) {
		all := make([]float64, n)
		for i := range n {
			start := time.Now()
			if err := op(ctx, i); err != nil {
				return nil, fmt.Errorf("operation %d: %w", i, err)
			}
			all[i] = time.Since(start).Seconds()
		}
		return all, nil
	}
}
