package main

import (
	"context"
	"fmt"
	"time"
)

// operation is one of many that a side measures.
type operation func(ctx context.Context, i int) error

// inTurns makes the two sides of operations so short that what else a machine
// does between two rounds would hide the difference: they run by turns, one by
// one. Whichever side is asked first measures both.
func inTurns(n int, measured, floor operation) (ofMeasured, ofFloor side) {
	return sharing(func(ctx context.Context) (own, base []float64, err error) {
		for i := range n {
			if own, err = timed(ctx, own, measured, i); err != nil {
				return nil, nil, err
			}
			if base, err = timed(ctx, base, floor, i); err != nil {
				return nil, nil, err
			}
		}
		return own, base, nil
	})
}

// addedTo is inTurns for what an operation takes longer than another, beside a
// floor of so many reads, and other work.
func addedTo(n int, with, without, read operation, reads float64, other operation) (ofAdded, ofFloor side) {
	return sharing(func(ctx context.Context) (own, base []float64, err error) {
		took := make([][]float64, 4)
		for i := range n {
			for k, op := range []operation{with, without, read, other} {
				if took[k], err = timed(ctx, took[k], op, i); err != nil {
					return nil, nil, err
				}
			}
			own = append(own, took[0][i]-took[1][i])
			base = append(base, reads*took[2][i]+took[3][i])
		}
		return own, base, nil
	})
}

func timed(ctx context.Context, all []float64, op operation, i int) ([]float64, error) {
	start := time.Now()
	if err := op(ctx, i); err != nil {
		return nil, fmt.Errorf("operation %d: %w", i, err)
	}
	return append(all, time.Since(start).Seconds()), nil
}

// sharing makes two sides of one measurement that gives the numbers of both.
func sharing(both func(context.Context) (own, base []float64, err error)) (ofOwn, ofBase side) {
	var own, base []float64 // what was measured and not yet asked for
	take := func(mine *[]float64) side {
		return func(ctx context.Context) ([]float64, error) {
			if *mine == nil {
				var err error
				if own, base, err = both(ctx); err != nil {
					return nil, err
				}
			}
			numbers := *mine
			*mine = nil
			return numbers, nil
		}
	}
	return take(&own), take(&base)
}
