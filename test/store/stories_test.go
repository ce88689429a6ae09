package store

import (
	"context"
	"crypto/sha256"
	"testing"
	"time"

	"github.com/guise-go/guise"
)

func noon() time.Time { return time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC) }

// start is a start by an actor of one's own unless another is named.
func start(id, actorID string) guise.Start {
	i := guise.Impersonation{
		ID: id, StackID: id, Depth: 1, State: guise.StateActive, Mode: guise.ReadOnly,
		Actor:   guise.Actor{User: guise.User{ID: actorID, Name: "Ada"}},
		Subject: guise.Subject{User: guise.User{ID: "42", Name: "Ben"}},
		Reason:  "a call", StartedAt: noon(), ExpiresAt: noon().Add(time.Hour), LastSeenAt: noon(),
	}
	return guise.Start{
		Impersonation: i, Token: sha256.Sum256([]byte(id)),
		Event: guise.Event{Kind: guise.KindStarted, Time: noon(), ImpersonationID: id, Actor: i.Actor, Subject: i.Subject},
	}
}

func end(id string) guise.End {
	return guise.End{ID: id, At: noon().Add(time.Minute), Cause: guise.CauseStopped, Event: func(i guise.Impersonation) guise.Event {
		return guise.Event{Kind: guise.KindEnded, Time: i.EndedAt, ImpersonationID: i.ID, Actor: i.Actor, Subject: i.Subject, Cause: i.Cause}
	}}
}

// purge deletes at most limit events of the first minute.
func purge(limit int) guise.Purge {
	return guise.Purge{Before: noon().Add(time.Minute), Limit: limit, Event: func(guise.Purged) guise.Event {
		return guise.Event{Kind: guise.KindPurged, Time: noon().Add(time.Hour)}
	}}
}

// chain reads the log and checks that it is one unbroken chain.
func chain(t *testing.T, ctx context.Context, store guise.Store) []guise.Event {
	t.Helper()
	all, err := store.Events(ctx, "", 0, 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	seq, hash := int64(0), guise.Hash{}
	for _, event := range all {
		if event.Seq != seq+1 || event.Prev != hash || event.Hash != event.Digest() {
			t.Fatalf("the chain breaks at event %d (after %d)", event.Seq, seq)
		}
		seq, hash = event.Seq, event.Hash
	}
	if headSeq, headHash, err := store.Head(ctx); err != nil || headSeq != seq || headHash != hash {
		t.Fatalf("Head is %d, %s, %v; the log ends at %d, %s", headSeq, headHash, err, seq, hash)
	}
	return all
}
