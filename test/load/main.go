// Command load keeps thousands of impersonations running and busy for minutes,
// on two instances of an application, with starts and stops throughout. Every
// now and then it says what the process holds; at the end it looks whether
// anything leaked and whether all that was answered is in the log. Run it in the
// root of the repository, where
//
//	go run ./test/load -minutes 1 -store postgres
//
// is one minute on a PostgreSQL server of its own.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"
)

// plan is what a run is asked to do.
type plan struct {
	store string // "sqlite" or "postgres"
	// live is how many impersonations run all the time.
	live int
	// busy of them ask rate times a second each, in several tabs; the others
	// once a minute each.
	busy, rate int
	// churn is how many of the others are left and begun again in a second.
	churn int
	lasts time.Duration
}

func main() {
	var (
		p       plan
		minutes float64
	)
	flag.Float64Var(&minutes, "minutes", 10, "how long")
	flag.IntVar(&p.live, "live", 2000, "how many impersonations run")
	flag.IntVar(&p.busy, "busy", 10, "how many of them are busy")
	flag.IntVar(&p.rate, "rate", 200, "requests that each busy one is asked to make in a second")
	flag.IntVar(&p.churn, "churn", 20, "how many are left and begun again in a second")
	flag.StringVar(&p.store, "store", "sqlite", "sqlite or postgres")
	flag.Parse()
	p.lasts = time.Duration(minutes * float64(time.Minute))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	faults, err := p.run(ctx, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	for _, fault := range faults {
		fmt.Println("FAULT", fault)
	}
	if len(faults) > 0 {
		os.Exit(1)
	}
	fmt.Println("no fault")
}
