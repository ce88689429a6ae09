package guise

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// unattachedLooked is how many events are looked at for a page of those that fit a
// filter: the store has no index for that, and needs none.
const unattachedLooked = 500

// unattachedKinds are the kinds of event that can be about no impersonation.
var unattachedKinds = []Kind{KindLimited, KindNote, KindPurged}

type unattachedBody struct {
	Events     []eventJSON `json:"events"`
	NextCursor string      `json:"next_cursor"`
	// LookedTo says that the page ends because it has looked far enough.
	LookedTo time.Time `json:"looked_to,omitzero"`
}

// getUnattached lists what is on record besides impersonations.
func (v *visit) getUnattached() error {
	actor, ownOnly, err := v.reader()
	if err != nil {
		return err
	}
	data, before, err := v.unattachedQuery()
	if err != nil {
		return err
	}
	data.OwnOnly = ownOnly
	by := data.ActorID
	if ownOnly {
		by = actor.ID
	}
	if err := v.unattachedPage(&data, before, by); err != nil {
		return err
	}
	var shown []string
	for _, event := range data.Events {
		if id := event.Subject.ID; id != "" && id != actor.ID {
			shown = append(shown, id)
		}
	}
	if err := v.meet(actor, shown...); err != nil {
		return err
	}
	if v.answersJSON() {
		return v.writeJSON(http.StatusOK, unattachedBody{eventsOf(data.Events), data.Next, data.LookedTo})
	}
	v.page(http.StatusOK, PageUnattached, data)
	return nil
}

func (v *visit) unattachedQuery() (data UnattachedData, before int64, err error) {
	text, err := queryFields(v.r, maxField, "kind", "actor", "cursor")
	if err != nil {
		return UnattachedData{}, 0, err
	}
	data = UnattachedData{Kind: Kind(text["kind"]), ActorID: text["actor"], Cursor: text["cursor"]}
	if data.Kind != "" && !slices.Contains(unattachedKinds, data.Kind) {
		return UnattachedData{}, 0, &InputError{"kind", "must be limited, note or purged"}
	}
	if data.Cursor != "" {
		if before, err = strconv.ParseInt(data.Cursor, 10, 64); err != nil || before < 1 {
			return UnattachedData{}, 0, ErrBadCursor
		}
	}
	return data, before, nil
}

// unattachedPage fills in the events before a Seq: anyone's or one person's.
func (v *visit) unattachedPage(data *UnattachedData, before int64, by string) error {
	size := v.config.PageSize
	look := size + 1 // one more than fits shows whether there is another page
	if data.Kind != "" || by != "" {
		look = max(look, unattachedLooked)
	}
	looked, err := v.config.Store.Unattached(v.r.Context(), before, look)
	if err != nil {
		return fmt.Errorf("guise: reading the log: %w", err)
	}
	for _, event := range looked {
		fits := (data.Kind == "" || event.Kind == data.Kind) && (by == "" || event.Actor.ID == by || event.By.ID == by)
		if fits && len(data.Events) == size {
			data.Next = cursorBefore(data.Events[size-1])
			return nil
		}
		if fits {
			data.Events = append(data.Events, event)
		}
	}
	if len(looked) == look {
		last := looked[look-1]
		data.Next, data.LookedTo = cursorBefore(last), last.Time
	}
	return nil
}

func cursorBefore(event Event) string { return strconv.FormatInt(event.Seq, 10) }
