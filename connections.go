package guise

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/guise-go/guise/internal/inject"
)

// connections are the responses under way in impersonations, so that each can
// be closed when its impersonation ends: an event stream, a long poll, a
// WebSocket that took over its connection.
type connections struct {
	mu   sync.Mutex
	byID map[string]map[*connection]struct{} // by the impersonation's ID
	// silentSince is when the first of the questions was put that the store has
	// failed to answer since it last did; zero when it answered the last one.
	silentSince time.Time
}

type connection struct {
	response *inject.Response
	cancel   context.CancelFunc
	// spared is how often it will still be passed over when its impersonation
	// ends: the response to the request that ends it has to carry the news.
	spared int
}

func newConnections() *connections {
	return &connections{byID: map[string]map[*connection]struct{}{}}
}

func (c *connections) add(id string, opened *connection) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byID[id] == nil {
		c.byID[id] = map[*connection]struct{}{}
	}
	c.byID[id][opened] = struct{}{}
}

func (c *connections) remove(id string, closed *connection) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if delete(c.byID[id], closed); len(c.byID[id]) == 0 {
		delete(c.byID, id)
	}
}

// asked notes how the store answered a question put at the given time, and
// returns for how long it has answered none.
func (c *connections) asked(at time.Time, err error) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case err == nil:
		c.silentSince = time.Time{}
		return 0
	case c.silentSince.IsZero():
		c.silentSince = at
	}
	return time.Since(c.silentSince)
}

// ids are the impersonations with something open.
func (c *connections) ids() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Collect(maps.Keys(c.byID))
}

// close ends whatever is open in an impersonation. It does not wait: a handler
// that blocks must not delay the end of others.
func (c *connections) close(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for one := range c.byID[id] {
		if one.spared > 0 {
			one.spared--
			continue
		}
		one.cancel()
		go one.response.Kill()
	}
}

// spare gives the connection of a request that is about to end its own
// impersonation time to answer: the ending and one sweep pass it over.
func (c *connections) spare(r *http.Request) {
	if r == nil {
		return
	}
	if who, ok := r.Context().Value(actingKey{}).(*acting); ok && who.opened != nil {
		c.mu.Lock()
		who.opened.spared = 2
		c.mu.Unlock()
	}
}
