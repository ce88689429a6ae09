package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"time"
)

// lifeRows are the two ends of an impersonation, what is logged between them,
// and what a process holds of it.
func lifeRows() []row {
	var rows []row
	for _, e := range engines {
		rows = append(rows,
			row{
				name: "start/" + e.key, what: e.name + ": a start", floor: "a transaction of the same rows by hand",
				unit: seconds, figure: median, target: atMost(1.5),
				prepare: func(ctx context.Context, l *lab) (measured, floor side, err error) {
					ends, err := e.ends(ctx, l)
					if err != nil {
						return nil, nil, err
					}
					measured, floor = inTurns(ends.n, ends.start, ends.startByHand)
					return measured, floor, nil
				},
			},
			row{
				name: "stop/" + e.key, what: e.name + ": a stop", floor: "a transaction of the same rows by hand",
				unit: seconds, figure: median, target: atMost(1.5),
				prepare: func(ctx context.Context, l *lab) (measured, floor side, err error) {
					ends, err := e.ends(ctx, l)
					if err != nil {
						return nil, nil, err
					}
					measured, floor = ends.stops()
					return measured, floor, nil
				},
			},
			row{
				name: "activity/" + e.key, what: e.name + ": reads logged at load", floor: "the same rows by a loop of INSERTs, as many a transaction",
				unit: perSecond, figure: median, target: atLeast(0.6),
				prepare: func(ctx context.Context, l *lab) (measured, floor side, err error) {
					return e.activity(ctx, l)
				},
			})
	}
	return append(rows, row{
		name: "memory/idle", what: "what a Manager holds per live impersonation", unit: inBytes, figure: median, target: atMost(0),
		note:    "Below a byte counts as nothing: whatever is held of one takes more, and the heap of a whole process is never still.",
		prepare: func(ctx context.Context, l *lab) (measured, floor side, err error) { return sqliteEngine.held(ctx, l) },
	})
}

// ends starts and stops impersonations, with Guise and by hand.
type ends struct {
	*application
	hand *byHand
	n    int

	cookies []*http.Cookie
	ids     []string
}

func (e engine) ends(ctx context.Context, l *lab) (*ends, error) {
	a, err := e.application(ctx, l)
	if err != nil {
		return nil, err
	}
	hand, err := e.byHand(ctx, l, a)
	return &ends{application: a, hand: hand, n: l.size(300, 10)}, err
}

func (s *ends) start(ctx context.Context, i int) error {
	cookie, err := s.application.start(ctx, i)
	s.cookies = append(s.cookies, cookie)
	return err
}

func (s *ends) startByHand(ctx context.Context, _ int) error {
	id, err := s.hand.start(ctx)
	s.ids = append(s.ids, id)
	return err
}

// stops are the sides of stopping what was started without being measured.
func (s *ends) stops() (measured, floor side) {
	return sharing(func(ctx context.Context) (own, base []float64, err error) {
		for i := range s.n {
			if err := s.start(ctx, i); err != nil {
				return nil, nil, err
			}
			if err := s.startByHand(ctx, i); err != nil {
				return nil, nil, err
			}
			if own, err = timed(ctx, own, s.stop, i); err != nil {
				return nil, nil, err
			}
			if base, err = timed(ctx, base, s.stopByHand, i); err != nil {
				return nil, nil, err
			}
		}
		return own, base, nil
	})
}

func (s *ends) stop(ctx context.Context, _ int) error {
	return s.application.stop(ctx, s.cookies[len(s.cookies)-1])
}

func (s *ends) stopByHand(ctx context.Context, _ int) error {
	return s.hand.stop(ctx, s.ids[len(s.ids)-1])
}

// activityBatch is how many reads Guise writes at once under load.
const activityBatch = 256

// activity compares the way of reads into the log, as many at once as Guise
// gathers under load, with a loop that inserts as many rows.
func (e engine) activity(ctx context.Context, l *lab) (measured, floor side, err error) {
	a, err := e.application(ctx, l)
	if err != nil {
		return nil, nil, err
	}
	hand, err := e.byHand(ctx, l, a)
	if err != nil {
		return nil, nil, err
	}
	head, _, err := a.store.Head(ctx)
	if err != nil {
		return nil, nil, err
	}
	events, err := a.store.Events(ctx, "", head-1, 1)
	if err != nil {
		return nil, nil, err
	}
	events = slices.Repeat(events, activityBatch)
	n := l.size(40, 2)
	measured = rate(n, func(ctx context.Context) error { return a.store.Append(ctx, events...) })
	floor = rate(n, func(ctx context.Context) error {
		tx, err := hand.db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback() // does nothing after Commit
		for range events {
			if err := hand.recordOne(ctx, tx); err != nil {
				return err
			}
		}
		return tx.Commit()
	})
	return measured, floor, nil
}

// rate makes a side of batches: how many events a second go through.
func rate(n int, batch func(context.Context) error) side {
	return func(ctx context.Context) ([]float64, error) {
		start := time.Now()
		for range n {
			if err := batch(ctx); err != nil {
				return nil, err
			}
		}
		return []float64{float64(n*activityBatch) / time.Since(start).Seconds()}, nil
	}
}

// held measures the heap of a process before and after many impersonations were
// started, each used once.
func (e engine) held(ctx context.Context, l *lab) (measured, floor side, err error) {
	a, err := e.application(ctx, l)
	if err != nil {
		return nil, nil, err
	}
	n := l.size(2000, 20)
	return func(ctx context.Context) ([]float64, error) {
		before := heap()
		for i := range n {
			cookie, err := a.start(ctx, i)
			if err != nil {
				return nil, err
			}
			r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/timetable", nil)
			r.Header.Set(loginHeader, a.actor)
			r.AddCookie(cookie)
			a.handler.ServeHTTP(httptest.NewRecorder(), r)
		}
		// What waits to be logged is written: it is of requests, not of who is live.
		if err := a.manager.Close(ctx); err != nil {
			return nil, err
		}
		per := (heap() - before) / float64(n)
		if per < 1 {
			per = 0
		}
		return []float64{per}, nil
	}, nil, nil
}

// heap is how many bytes are in use.
func heap() float64 {
	runtime.GC()
	runtime.GC() // pools keep what they have for one more
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}
