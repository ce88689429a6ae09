package main

import (
	"strings"
	"testing"
	"time"

	"github.com/guise-go/guise/internal/databases"
)

// TestLoad_NothingLeaksAndAllIsInTheLog, for seconds; make load is for minutes.
func TestLoad_NothingLeaksAndAllIsInTheLog(t *testing.T) {
	for _, store := range []string{"sqlite", "postgres"} {
		t.Run(store, func(t *testing.T) {
			if store == "postgres" {
				databases.Postgres(t) // skips where there is none
			}
			var said strings.Builder
			faults, err := plan{store: store, live: 60, busy: 4, rate: 100, churn: 16, lasts: 2 * time.Second}.run(t.Context(), &said)
			t.Log(said.String())
			if err != nil {
				t.Fatal(err)
			}
			for _, fault := range faults {
				t.Error(fault)
			}
		})
	}
}
