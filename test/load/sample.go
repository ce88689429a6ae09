package main

import (
	"context"
	"fmt"
	"runtime"
	"time"
)

// samples is how many are taken, at equal times.
const samples = 20

// sample is what the process holds at one time.
type sample struct {
	heap             uint64
	goroutines       int
	databases, https int
}

// sample takes them while the load lasts, and holds the last ones to those after
// the first quarter, when pools and caches are filled.
func (r *run) sample(ctx context.Context) {
	fmt.Fprintf(r.out, "%8s %10s %8s %10s %11s %9s\n", "seconds", "answered", "heap MB", "goroutines", "to database", "browsers")
	var taken []sample
	began := time.Now()
	r.paced(ctx, samples/r.lasts.Seconds(), func() {
		s := r.take()
		taken = append(taken, s)
		fmt.Fprintf(r.out, "%8.1f %10d %8.1f %10d %11d %9d\n",
			time.Since(began).Seconds(), r.answered.Load(), float64(s.heap)/1e6, s.goroutines, s.databases, s.https)
	})
	fmt.Fprintf(r.out, "%.0f requests a second; a stream stayed open for %v at most after its end\n",
		float64(r.answered.Load())/time.Since(began).Seconds(), time.Duration(r.longest.Load()).Round(time.Millisecond))
	if n := len(taken) / 4; n > 0 {
		r.constant(mean(taken[n:2*n]), mean(taken[len(taken)-n:]))
	}
}

func (r *run) take() (s sample) {
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	s.heap, s.goroutines = memory.HeapAlloc, runtime.NumGoroutine()
	for _, db := range r.databases.open {
		s.databases += db.Stats().OpenConnections
	}
	for _, i := range r.instances {
		s.https += int(i.conns.Load())
	}
	return s
}

func mean(of []sample) (m sample) {
	for _, s := range of {
		m.heap, m.goroutines, m.databases, m.https = m.heap+s.heap, m.goroutines+s.goroutines, m.databases+s.databases, m.https+s.https
	}
	n := len(of)
	return sample{m.heap / uint64(n), m.goroutines / n, m.databases / n, m.https / n}
}

// constant finds what grows. The lists of this program grow a little, too.
func (r *run) constant(early, late sample) {
	grew := func(what string, before, after, some int) {
		if after > before+before/4+some {
			r.fault("%s grew from %d to %d", what, before, after)
		}
	}
	grew("the heap", int(early.heap), int(late.heap), 8<<20)
	grew("goroutines", early.goroutines, late.goroutines, 50)
	grew("connections to the database", early.databases, late.databases, 4)
	grew("connections from browsers", early.https, late.https, 25)
}

// noneLeft waits until no more goroutines run than before the run.
func (r *run) noneLeft(before int) {
	for deadline := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<16)
			r.fault("%d goroutines are left of the run:\n%s", runtime.NumGoroutine()-before, stacks[:runtime.Stack(stacks, true)])
			return
		}
	}
}
