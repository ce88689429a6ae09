package memstore

import (
	"context"
	"net/http"
	"slices"

	"github.com/guise-go/guise"
)

// Progress implements [guise.Lookup].
func (s *Store) Progress(ctx context.Context, ids []string, newest int) (map[string]guise.Progress, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	found, looked := map[string]guise.Progress{}, map[string]int{}
	for _, event := range slices.Backward(s.events) {
		id := event.ImpersonationID
		if !slices.Contains(ids, id) || id == "" || looked[id] >= newest {
			continue
		}
		looked[id]++
		found[id] = with(found[id], event, looked[id] == newest)
	}
	return found, nil
}

// with adds an event that is older than those counted so far.
func with(progress guise.Progress, event guise.Event, last bool) guise.Progress {
	progress.More = last
	if event.Kind != guise.KindRequest || event.Status == 0 {
		return progress
	}
	if progress.Requests++; progress.Requests == 1 {
		progress.Last = guise.LastRequest{Seq: event.Seq, Time: event.Time, Method: event.Method, Path: event.Path, Status: event.Status}
	}
	switch event.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
	default:
		progress.Writes++
	}
	return progress
}
