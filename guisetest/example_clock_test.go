package guisetest_test

import (
	"fmt"
	"time"

	"github.com/guise-go/guise/guisetest"
)

// The clock stands still, so that a limit is reached when the test says so.
func ExampleNewClock() {
	clock := guisetest.NewClock(time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC))
	// guise.Config{Clock: clock.Now, …}
	clock.Advance(time.Hour)
	fmt.Println(clock.Now().Format(time.TimeOnly))
	// Output: 10:00:00
}
