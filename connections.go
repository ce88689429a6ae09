package guise

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/guise-go/guise/internal/inject"
)

// connections are the responses under way in impersonations, so that each can
// be closed when its impersonation ends: an event stream, a long poll, a
// WebSocket that took its connection over.
type connections struct {
	mu   sync.Mutex
	byID map[string]map[*connection]struct{} // by the impersonation's ID
}

type connection struct {
	response *inject.Response
	cancel   context.CancelFunc
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

// ids are the impersonations with something open.
func (c *connections) ids() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Collect(maps.Keys(c.byID))
}

// close ends all that is open in an impersonation. It does not wait: a handler
// that blocks must not hold up the ending of others.
func (c *connections) close(id string) {
	c.mu.Lock()
	opened := slices.Collect(maps.Keys(c.byID[id]))
	c.mu.Unlock()
	for _, one := range opened {
		one.cancel()
		go one.response.Kill()
	}
}
