package sqlstore

import (
	"context"
	"fmt"

	"github.com/guise-go/guise"
)

// purgeLimit is how many events a purge without a limit deletes: that takes some
// thousandths of a second, for which other writers wait.
const purgeLimit = 1000

// Purge implements [guise.Retention].
func (s *Store) Purge(ctx context.Context, purge guise.Purge) (guise.Purged, error) {
	var purged guise.Purged
	err := s.write(ctx, func(t *tx) (err error) {
		purged, err = t.purge(purge)
		return err
	})
	if err != nil {
		return guise.Purged{}, err
	}
	return purged, nil
}

func (t *tx) purge(purge guise.Purge) (guise.Purged, error) {
	purged, err := t.purgeable(purge)
	if err != nil || purged.Events == 0 {
		return guise.Purged{}, err
	}
	rows, err := t.exec(t.purgeRows, purged.Seq, purged.Seq)
	if err != nil {
		return guise.Purged{}, err
	}
	purged.Impersonations = int(rows)
	if err := t.deleteEvents(purged); err != nil {
		return guise.Purged{}, err
	}
	event := purge.Event(purged)
	event.PurgedTo, event.PurgedHash = purged.Seq, purged.Hash
	return purged, t.record(event)
}

// purgeable is which events go: none, or as many as the limit allows up to the
// first that must stay.
func (t *tx) purgeable(purge guise.Purge) (purged guise.Purged, err error) {
	before := purge.Before.UnixMicro()
	// Purged events alone stay, or each purge would leave something for the next
	// one to do, for ever.
	first, err := collect(t.ctx, t.session, scanOld, t.firstKept, before, before)
	if err != nil || len(first) == 0 || first[0].mustStay {
		return guise.Purged{}, err
	}
	limit := purge.Limit
	if limit <= 0 {
		limit = purgeLimit
	}
	events, err := collect(t.ctx, t.session, scanOld, t.oldest, before, limit)
	if err != nil {
		return guise.Purged{}, err
	}
	for _, event := range events {
		if event.mustStay {
			break
		}
		purged.Events++
		purged.Seq, purged.Hash = event.seq, event.hash
	}
	return purged, nil
}

// deleteEvents deletes the events up to the last that goes.
func (t *tx) deleteEvents(purged guise.Purged) error {
	if err := t.one(t.allowPurge); err != nil {
		return err
	}
	n, err := t.exec(t.purgeEvents, purged.Seq)
	if err != nil {
		return err
	}
	if n != int64(purged.Events) {
		return fmt.Errorf("sqlstore: a purge of %d events would have deleted %d; nothing was deleted", purged.Events, n)
	}
	return t.one(t.forbidPurge)
}

// old is one of the first events of the log.
type old struct {
	head
	mustStay bool
}

func scanOld(scan func(...any) error) (o old, err error) {
	err = scan(&o.seq, digest{(*[32]byte)(&o.hash)}, &o.mustStay)
	return o, err
}
