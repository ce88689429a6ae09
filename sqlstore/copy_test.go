package sqlstore

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// TestCopy_TakesItsTime: what was copied must not be reported as failed because
// so much of it takes long to commit, or because the source, which was only read,
// ends badly.
func TestCopy_TakesItsTime(t *testing.T) {
	broken := errors.New("broken")
	for name, row := range map[string]struct {
		source, target func(cancel func()) error // what becomes of the COMMIT
		deadline       time.Duration
		want           error
	}{
		"a long commit":                   {target: slow(10 * defaultPatience)},
		"a long commit, in time":          {target: slow(2 * defaultPatience), deadline: 3 * defaultPatience},
		"a long commit, and no time left": {target: slow(4 * defaultPatience), deadline: 3 * defaultPatience, want: context.DeadlineExceeded},
		"given up while it commits":       {target: func(cancel func()) error { cancel(); return nil }},
		"the source does not end":         {source: func(func()) error { return broken }},
		"the source ends late":            {source: slow(2 * defaultPatience)},
		"the target does not end":         {target: func(func()) error { return broken }, want: broken},
	} {
		for _, engine := range []Engine{SQLite, Postgres, MySQL} {
			t.Run(name+", "+string(engine), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					ctx, cancel := context.WithCancel(t.Context())
					if row.deadline > 0 {
						ctx, cancel = context.WithTimeout(t.Context(), row.deadline)
					}
					defer cancel()
					ending := func(f *fake, end func(func()) error) {
						f.fail = func(statement string) error {
							if statement == "COMMIT" && end != nil {
								return end(cancel)
							}
							return nil
						}
					}
					s, from := newFakeOf(t, engine)
					f, to := newFakeOf(t, engine)
					ending(s, row.source)
					ending(f, row.target)
					if _, err := Copy(ctx, to, from, nil); !errors.Is(err, row.want) {
						t.Errorf("Copy: %v; want %v", err, row.want)
					}
				})
			})
		}
	}
}

func slow(d time.Duration) func(func()) error {
	return func(func()) error { time.Sleep(d); return nil }
}
