package main

import (
	"context"
	"fmt"
	"time"

	"github.com/guise-go/guise"
)

// found is what the log has of one impersonation.
type found struct{ started, ended, reads, counted, streams, before, after int }

// reckon holds what was answered to what is in the log.
func (r *run) reckon(ctx context.Context) error {
	began := time.Now()
	logged, events, err := r.read(ctx)
	if err != nil {
		return err
	}
	var sum found
	unsure, outcomes := 0, 0
	for _, l := range r.over {
		f := logged[l.ID]
		if f == nil {
			r.fault("%s was started, and the log has nothing of it", l.ID)
			continue
		}
		r.compare(l, *f)
		sum.started, sum.reads, sum.counted, sum.before = sum.started+f.started, sum.reads+f.reads, sum.counted+f.counted, sum.before+f.before
		unsure += l.unsure
		outcomes += max(l.writes-f.after, 0)
	}
	if told := int(r.told.outcomes.Load()); outcomes > told {
		r.fault("the outcomes of %d writes are not in the log, and the operator was told of %d", outcomes, told)
	}
	if more := len(logged) - len(r.over); more < 0 || more > r.lost {
		r.fault("the log has %d impersonations; %d were begun", len(logged), len(r.over))
	}
	fmt.Fprintf(r.out, "%d events, verified in %v: %d starts, each with its end; %d writes, before and after; %d reads, and %d that are only counted; %d requests were not answered with 200, nor starts or stops of %d people; the outcomes of %d writes could not be recorded in time, which the operator was told\n",
		events, time.Since(began).Round(time.Millisecond), sum.started, sum.before, sum.reads, sum.counted, unsure, r.lost, outcomes)
	return nil
}

// compare: whatever was answered is there, and where all was answered there is
// nothing else.
func (r *run) compare(l *life, f found) {
	if f.started != 1 || !l.lost && (f.ended != 1 || !l.ended) {
		r.fault("%s: %d starts and %d ends in the log; left: %v", l.ID, f.started, f.ended, l.ended)
	}
	reads := f.reads + f.counted
	if l.streams {
		reads++ // the log may have it as one of those counted
	}
	if f.before < l.writes || f.before < f.after || reads+f.streams < l.reads {
		r.fault("%s: %d writes and %d reads were answered; the log has %+v", l.ID, l.writes, l.reads, f)
	}
	if l.unsure == 0 && (f.before != l.writes || f.after > l.writes || f.counted == 0 && f.reads != l.reads) {
		r.fault("%s: all of %d writes and %d reads were answered; the log has %+v", l.ID, l.writes, l.reads, f)
	}
}

// read goes through the whole log and verifies it.
func (r *run) read(ctx context.Context) (map[string]*found, int64, error) {
	store, logged, chain := r.databases.stores[0], map[string]*found{}, guise.Verifier{}
	for after := int64(0); ; {
		events, err := store.Events(ctx, "", after, 2000)
		if err != nil {
			return nil, 0, err
		}
		for _, event := range events {
			if err := chain.Add(event); err != nil {
				r.fault("%v", err)
			}
			f := logged[event.ImpersonationID]
			if f == nil {
				f = &found{}
				logged[event.ImpersonationID] = f
			}
			f.add(event)
			after = event.Seq
		}
		if len(events) == 0 {
			if err := chain.Done(); err != nil {
				r.fault("%v", err)
			}
			return logged, after, nil
		}
	}
}

func (f *found) add(event guise.Event) {
	switch {
	case event.Kind == guise.KindStarted:
		f.started++
	case event.Kind == guise.KindEnded:
		f.ended++
	case event.Kind == guise.KindNote: // that reads were counted
		n := 0
		_, _ = fmt.Sscanf(event.Note, "The log could not be written for a while: %d more", &n) // another note is about none
		f.counted += n
	case event.Path == "/stream":
		f.streams++
	case event.Path == "/write" && event.Status == 0:
		f.before++
	case event.Path == "/write":
		f.after++
	case event.Path == "/page":
		f.reads++
	}
}
