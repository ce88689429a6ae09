package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// tabs is in how many tabs each busy one asks at once.
const tabs = 4

// run is one under way.
type run struct {
	plan
	out       io.Writer
	databases *handles
	instances []*instance
	browsers  []*browser

	told     operator
	answered atomic.Int64
	turn     atomic.Int64
	longest  atomic.Int64 // how long, in ns, a stream stayed open after the end

	mu     sync.Mutex
	over   []*life
	lost   int // browsers that a start or a stop was not answered to
	faults []string
}

func (r *run) fault(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.faults) < 20 { // one shows what is wrong; thousands hide it
		r.faults = append(r.faults, fmt.Sprintf(format, args...))
	}
}

// run does what is planned, and returns what went wrong.
func (p plan) run(ctx context.Context, out io.Writer) (faults []string, err error) {
	if p.busy > p.live {
		return nil, fmt.Errorf("%d of %d can't be busy", p.busy, p.live)
	}
	before := runtime.NumGoroutine()
	r := &run{plan: p, out: out}
	if r.databases, err = p.open(ctx); err != nil {
		return nil, err
	}
	err = r.live(ctx)
	if err == nil {
		err = r.reckon(ctx)
	}
	if err := errors.Join(err, r.databases.close()); err != nil {
		return nil, err
	}
	r.noneLeft(before)
	return r.faults, nil
}

// live has the instances up until everyone has left again.
func (r *run) live(ctx context.Context) (err error) {
	users, transport := r.users(), &http.Transport{MaxIdleConnsPerHost: 200}
	defer transport.CloseIdleConnections()
	var addresses []string
	for _, store := range r.databases.stores {
		i, err := newInstance(ctx, store, users, &r.told)
		if err != nil {
			return err
		}
		r.instances, addresses = append(r.instances, i), append(addresses, i.URL)
	}
	defer func() {
		transport.CloseIdleConnections()
		for _, i := range r.instances {
			err = errors.Join(err, i.close(context.WithoutCancel(ctx)))
		}
	}()
	for n := range r.plan.live {
		r.browsers = append(r.browsers, &browser{n: n, client: &http.Client{Transport: transport}, at: addresses})
	}
	began := time.Now()
	r.everyone("start", func(b *browser) error { return b.start(ctx, r.next()) })
	fmt.Fprintf(r.out, "%d started in %v; %d are to ask %d times a second each, the others once a minute; %d a second are left and begun again\n",
		r.plan.live, time.Since(began).Round(time.Millisecond), r.busy, r.rate, r.churn)
	r.load(ctx)
	r.everyone("stop", func(b *browser) error { return b.stop(context.WithoutCancel(ctx), r.next()) })
	for _, b := range r.browsers {
		if b.life != nil {
			r.over = append(r.over, b.life)
		}
		if b.lost {
			r.lost++
		}
	}
	return nil
}

func (r *run) next() int { return int(r.turn.Add(1)) }

// everyone does something in each browser, a few at a time.
func (r *run) everyone(what string, do func(*browser) error) {
	each, all := make(chan *browser), sync.WaitGroup{}
	for range 8 {
		all.Go(func() {
			for b := range each {
				if err := do(b); err != nil {
					r.fault("%s by %s: %v", what, actorID(b.n), err)
				}
			}
		})
	}
	for _, b := range r.browsers {
		if !b.lost {
			each <- b
		}
	}
	close(each)
	all.Wait()
}

// load is the time between all starts and all stops.
func (r *run) load(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, r.lasts)
	defer cancel()
	var all sync.WaitGroup
	for _, b := range r.browsers[:r.busy] {
		for range tabs {
			all.Go(func() { r.paced(ctx, float64(r.rate)/tabs, func() { r.ask(ctx, b) }) })
		}
	}
	if others := r.browsers[r.busy:]; len(others) > 0 {
		n := 0
		all.Go(func() {
			r.paced(ctx, float64(len(others))/60, func() {
				b := others[n%len(others)]
				n++
				b.mu.Lock()
				defer b.mu.Unlock()
				r.ask(ctx, b)
			})
		})
		for range 4 {
			all.Go(func() {
				r.paced(ctx, float64(r.churn)/4, func() { r.again(others[rand.IntN(len(others))]) })
			})
		}
	}
	all.Go(func() { r.sample(ctx) })
	all.Wait()
}

// paced does something so many times a second, or as often as it can.
func (r *run) paced(ctx context.Context, perSecond float64, do func()) {
	if perSecond <= 0 {
		return
	}
	ticker := time.NewTicker(time.Duration(float64(time.Second) / perSecond))
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			do()
		}
	}
}

// ask is one request; each eleventh writes, on either instance. It is answered
// also when time is up.
func (r *run) ask(ctx context.Context, b *browser) {
	if b.lost {
		return
	}
	turn := r.next()
	if err := b.ask(context.WithoutCancel(ctx), turn, turn%11 == 0); err != nil {
		r.fault("%v", err)
	}
	r.answered.Add(1)
}

// again leaves with a stream open, and begins anew.
func (r *run) again(b *browser) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.lost {
		return
	}
	ctx := context.Background()
	closed, err := b.stream(ctx, r.next())
	if err == nil {
		err = b.stop(ctx, r.next())
	}
	if err != nil {
		r.fault("again: %v", err)
		return
	}
	if b.lost { // its stream ends when all is over
		go func() { _, _ = closed() }()
		return
	}
	took, err := closed()
	if err != nil {
		r.fault("again: %v", err)
	}
	for longest := r.longest.Load(); int64(took) > longest && !r.longest.CompareAndSwap(longest, int64(took)); longest = r.longest.Load() {
	}
	r.mu.Lock()
	r.over = append(r.over, b.life)
	r.mu.Unlock()
	if err := b.start(ctx, r.next()); err != nil {
		r.fault("again: %v", err)
	}
}
