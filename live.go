package guise

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"
)

const (
	// maxLive is how many running impersonations are listed.
	maxLive = 200
	// maxCounted is how many events are looked at for what one of them has done
	// so far, and countedForAll how many for a whole page: neither many of them
	// nor a long one makes the page slow.
	maxCounted    = 10_000
	countedForAll = 20_000
)

// getLive lists what runs right now: everything for those who may see others'
// impersonations, their own for everyone who may find users.
func (v *visit) getLive() error {
	viewer, running, ownOnly, err := v.running()
	if err != nil {
		return err
	}
	more := len(running) > maxLive
	running = running[:min(len(running), maxLive)]
	if err := v.meetSubjects(viewer, running...); err != nil {
		return err
	}
	v.flushToShow()
	progress, err := v.progress(running, maxCounted)
	if err != nil {
		return err
	}
	if v.answersJSON() {
		return v.writeJSON(http.StatusOK, liveBody{liveOf(running, progress), more})
	}
	ended, err := v.justEnded(viewer)
	if err != nil {
		return err
	}
	slices.Reverse(running)
	v.page(http.StatusOK, PageLive, LiveData{
		Impersonations: running, Progress: progress, Activity: v.config.Activity, More: more, OwnOnly: ownOnly, Ended: ended,
	})
	return nil
}

// justEnded is the one that the page's own form has ended and the address names;
// nil for none that the viewer may see and that is over.
func (v *visit) justEnded(viewer Actor) (*Impersonation, error) {
	id, err := queryText(v.r, "ended", maxField)
	if err != nil || id == "" {
		return nil, err
	}
	one, err := v.visibleImpersonation(viewer, id)
	switch {
	case errors.Is(err, ErrNotFound) || err == nil && one.State != StateEnded:
		return nil, nil
	case err != nil:
		return nil, err
	}
	return &one, v.meetSubjects(viewer, one)
}

// flushToShow writes the requests that wait to be logged, so that they are shown
// too. One must see what runs, and be able to end it, even when nothing can be
// logged.
func (v *visit) flushToShow() {
	if err := v.activity.flush(v.r.Context()); err != nil && v.r.Context().Err() == nil {
		v.config.Logger.ErrorContext(v.r.Context(), "guise: the last requests are not shown: they could not be logged", slog.Any("error", err))
	}
}

// running is what runs right now, as far as the viewer may see it, and one more
// than is listed if there are more.
func (v *visit) running() (viewer Actor, running []Impersonation, ownOnly bool, err error) {
	viewer, ownOnly, err = v.reader()
	if err != nil {
		return Actor{}, nil, true, err
	}
	whose := ""
	if ownOnly {
		whose = viewer.ID
	}
	running, err = v.config.Store.Running(v.r.Context(), whose, maxLive+1)
	if err != nil {
		return Actor{}, nil, true, fmt.Errorf("guise: looking for running impersonations: %w", err)
	}
	return viewer, running, ownOnly, nil
}

// progress is how far those that run have got, by at most this many of the
// newest events of each; nil when requests are not logged.
func (v *visit) progress(running []Impersonation, newest int) (map[string]Progress, error) {
	if v.config.Activity == ActivityNone || len(running) == 0 {
		return nil, nil
	}
	ids := make([]string, len(running))
	for n, one := range running {
		ids[n] = one.ID
	}
	progress, err := v.config.Store.Progress(v.r.Context(), ids, min(newest, countedForAll/len(ids)))
	if err != nil {
		return nil, fmt.Errorf("guise: counting what those that run did: %w", err)
	}
	return progress, nil
}

// liveBody is the newest of those that run, and whether there are older ones.
type liveBody struct {
	Impersonations []liveJSON `json:"impersonations"`
	More           bool       `json:"more"`
}

// liveJSON is one that runs, and how far it has got if that is known.
type liveJSON struct {
	impersonationJSON
	*progressJSON
}

type progressJSON struct {
	Requests     int              `json:"requests"`
	Writes       int              `json:"writes"`
	MoreRequests bool             `json:"more_requests"`
	LastRequest  *lastRequestJSON `json:"last_request,omitempty"`
}

type lastRequestJSON struct {
	Time   time.Time `json:"time"`
	Method string    `json:"method"`
	Path   string    `json:"path"`
	Status int       `json:"status"`
}

func liveOf(running []Impersonation, progress map[string]Progress) []liveJSON {
	made := make([]liveJSON, len(running))
	for n, one := range running {
		made[n].impersonationJSON = impersonationOf(one)
		if progress != nil {
			made[n].progressJSON = progressOf(progress[one.ID])
		}
	}
	return made
}

func progressOf(p Progress) *progressJSON {
	made := &progressJSON{Requests: p.Requests, Writes: p.Writes, MoreRequests: p.More}
	if p.Requests > 0 {
		made.LastRequest = &lastRequestJSON{p.Last.Time, p.Last.Method, p.Last.Path, p.Last.Status}
	}
	return made
}
