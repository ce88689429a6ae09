package guise

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// besideLooked is how many events are looked at for a page of those that fit a
// filter: the store has no index of them, and need have none.
const besideLooked = 500

// besideKinds are the kinds of event that can be about no impersonation.
var besideKinds = []Kind{KindLimited, KindNote, KindPurged}

type besideBody struct {
	Events     []eventJSON `json:"events"`
	NextCursor string      `json:"next_cursor"`
	// LookedTo says that the page ends because it has looked far enough.
	LookedTo time.Time `json:"looked_to,omitzero"`
}

// getBeside lists what is on record beside impersonations.
func (v *visit) getBeside() error {
	actor, ownOnly, err := v.reader()
	if err != nil {
		return err
	}
	data, before, err := v.besideQuery()
	if err != nil {
		return err
	}
	data.OwnOnly = ownOnly
	by := data.ActorID
	if ownOnly {
		by = actor.ID
	}
	if err := v.besidePage(&data, before, by); err != nil {
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
		return v.writeJSON(http.StatusOK, besideBody{eventsOf(data.Events), data.Next, data.LookedTo})
	}
	v.page(http.StatusOK, PageBeside, data)
	return nil
}

func (v *visit) besideQuery() (data BesideData, before int64, err error) {
	text := map[string]string{}
	for _, name := range []string{"kind", "actor", "cursor"} {
		if text[name], err = queryText(v.r, name, maxField); err != nil {
			return BesideData{}, 0, err
		}
	}
	data = BesideData{Kind: Kind(text["kind"]), ActorID: text["actor"], Cursor: text["cursor"]}
	if data.Kind != "" && !slices.Contains(besideKinds, data.Kind) {
		return BesideData{}, 0, &inputError{"kind", "must be limited, note or purged"}
	}
	if data.Cursor != "" {
		if before, err = strconv.ParseInt(data.Cursor, 10, 64); err != nil || before < 1 {
			return BesideData{}, 0, ErrBadCursor
		}
	}
	return data, before, nil
}

// besidePage fills in the events before a Seq, by anyone or by one person.
func (v *visit) besidePage(data *BesideData, before int64, by string) error {
	size := v.config.PageSize
	look := size + 1 // one more than a page tells whether there is another
	if data.Kind != "" || by != "" {
		look = max(look, besideLooked)
	}
	looked, err := v.config.Store.Beside(v.r.Context(), before, look)
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
