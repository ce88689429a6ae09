package drive

import (
	"bytes"
	"context"
	"encoding/json"
	"sync"
	"testing"
	"time"
)

// Lines keeps what an application logs as JSON, from any goroutine.
type Lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *Lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// Line is the last line on which the key has the value. It waits for one.
func (l *Lines) Line(t testing.TB, key, value string) map[string]any {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for {
		if line := l.find(t, key, value); line != nil {
			return line
		}
		select {
		case <-ctx.Done():
			t.Fatalf("nothing is logged with %s=%q", key, value)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func (l *Lines) find(t testing.TB, key, value string) (found map[string]any) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	for text := range bytes.Lines(l.text.Bytes()) {
		var line map[string]any
		if err := json.Unmarshal(text, &line); err != nil {
			t.Fatalf("logged %q: %v", text, err)
		}
		if line[key] == value {
			found = line
		}
	}
	return found
}
