package guise

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// How many events the answer about one impersonation has: as JSON, and as a
// page, for which the next few tell how its last write went.
const (
	timelineJSON = 500
	timelinePage = 50
	lookAhead    = 20
)

type impersonationsBody struct {
	Impersonations []impersonationJSON `json:"impersonations"`
	NextCursor     string              `json:"next_cursor"`
	// LookedTo says that the page ends because it has looked far enough.
	LookedTo time.Time `json:"looked_to,omitzero"`
}

// reader is the real user, if they may read the log at all, and whether they
// may read only of themselves.
func (v *visit) reader() (actor Actor, ownOnly bool, err error) {
	if actor, err = v.realActor(); err != nil {
		return Actor{}, true, err
	}
	err = v.permit(v.r.Context(), actor, ActionSee)
	if isDenied(err) {
		return actor, true, v.mayFind(actor)
	}
	return actor, false, err
}

// visibleImpersonation is one that the actor may see; for them, the others
// don't exist.
func (v *visit) visibleImpersonation(actor Actor, id string) (Impersonation, error) {
	if checkText("id", id, maxID) != nil {
		return Impersonation{}, ErrNotFound
	}
	one, err := v.config.Store.Impersonation(v.r.Context(), id)
	if err != nil {
		return Impersonation{}, fmt.Errorf("guise: looking up impersonation %q: %w", id, err)
	}
	if one.Actor.ID != actor.ID && !v.permitted(v.r.Context(), actor, ActionSee) {
		return Impersonation{}, ErrNotFound
	}
	return one, nil
}

// getLog lists past and present impersonations and refused attempts.
func (v *visit) getLog() error {
	actor, ownOnly, err := v.reader()
	if err != nil {
		return err
	}
	query, err := v.logQuery()
	if err != nil {
		return err
	}
	asked := query
	if ownOnly {
		query.ActorID = actor.ID
	}
	found, err := v.config.Store.Impersonations(v.r.Context(), query)
	if err != nil {
		return fmt.Errorf("guise: reading the log: %w", err)
	}
	if err := v.meetSubjects(actor, found.Impersonations...); err != nil {
		return err
	}
	if v.answersJSON() {
		return v.writeJSON(http.StatusOK, impersonationsBody{impersonationsOf(found.Impersonations), found.Next, found.LookedTo})
	}
	data := LogData{
		Query: asked, Impersonations: found.Impersonations, Next: found.Next, LookedTo: found.LookedTo,
		Modes: v.modeChoices(), RetainFor: v.config.RetainFor, OwnOnly: ownOnly,
	}
	if query.Cursor == "" {
		summary, err := v.summary(query, found)
		if err != nil {
			return err
		}
		if !ownOnly && query.ActorID != "" { // there are others to choose
			if summary.Actors, err = v.actors(query); err != nil {
				return err
			}
		}
		data.Summary = &summary
	}
	v.page(http.StatusOK, PageLog, data)
	return nil
}

func (v *visit) logQuery() (LogQuery, error) {
	text, err := queryFields(v.r, maxField, "state", "actor", "subject", "tenant", "cause", "mode", "q", "from", "to", "cursor")
	if err != nil {
		return LogQuery{}, err
	}
	query := LogQuery{
		State: State(text["state"]), ActorID: text["actor"], SubjectID: text["subject"],
		Tenant: text["tenant"], Cause: Cause(text["cause"]), Mode: Mode(text["mode"]),
		Text: text["q"], Cursor: text["cursor"], Limit: v.config.PageSize,
	}
	switch query.State {
	case "", StateActive, StateEnded, StateDenied:
	default:
		return LogQuery{}, &InputError{"state", "must be active, ended or denied"}
	}
	if query.Cause != "" && !query.Cause.Known() {
		return LogQuery{}, &InputError{"cause", "is none of the causes there are"}
	}
	if query.From, err = readTime("from", text["from"], 0); err != nil {
		return LogQuery{}, err
	}
	query.To, err = readTime("to", text["to"], 24*time.Hour)
	return query, err
}

// readTime reads a day or a moment. A whole day stands for its beginning plus
// dayEnd, so that "to" a day includes it.
func readTime(name, text string, dayEnd time.Duration) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return day.Add(dayEnd), nil
	}
	moment, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, &InputError{name, "must be a day, such as 2026-03-31, or a moment, such as 2026-03-31T09:30:00Z"}
	}
	return moment.UTC(), nil
}

// getEntry is one impersonation or refused attempt, with what happened in it.
func (v *visit) getEntry() error {
	actor, _, err := v.reader()
	if err != nil {
		return err
	}
	v.flushToShow()
	one, err := v.visibleImpersonation(actor, v.r.PathValue("id"))
	if err != nil {
		return err
	}
	if err := v.meetSubjects(actor, one); err != nil {
		return err
	}
	after, err := v.afterEvent()
	if err != nil {
		return err
	}
	size := timelinePage
	if v.answersJSON() {
		size = timelineJSON
	}
	events, err := v.config.Store.Events(v.r.Context(), one.ID, after, size+lookAhead)
	if err != nil {
		return fmt.Errorf("guise: reading the log: %w", err)
	}
	data := EntryData{Impersonation: one, Events: events, After: after}
	if data.More = len(events) > size; data.More {
		data.Events, data.Ahead = events[:size], events[size:]
	}
	data.Changed = firstChanged(data.Events)
	if v.answersJSON() {
		return v.writeJSON(http.StatusOK, struct {
			impersonationJSON
			Events []eventJSON `json:"events"`
			More   bool        `json:"more"`
		}{impersonationOf(one), eventsOf(data.Events), data.More})
	}
	v.page(http.StatusOK, PageEntry, data)
	return nil
}

// afterEvent is the number of the event after which a page of the timeline
// begins.
func (v *visit) afterEvent() (int64, error) {
	text, err := queryText(v.r, "after", maxField)
	if err != nil || text == "" {
		return 0, err
	}
	after, err := strconv.ParseInt(text, 10, 64)
	if err != nil || after < 0 {
		return 0, &InputError{"after", "must be the seq of an event, a whole number from 0"}
	}
	return after, nil
}

// firstChanged is the number of the first event whose hash is not that of what
// it says; 0 for none. Only the whole log can tell whether events are missing
// between them; see [Verifier].
func firstChanged(events []Event) int64 {
	for n := range events {
		if events[n].Hash != events[n].digest() {
			return events[n].Seq
		}
	}
	return 0
}
