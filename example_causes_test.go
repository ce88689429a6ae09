package guise_test

import (
	"fmt"

	"github.com/guise-go/guise"
)

// A metric that has a series for each cause from the start.
func ExampleCauses() {
	ended := map[guise.Cause]int{}
	for _, cause := range guise.Causes() {
		ended[cause] = 0
	}
	fmt.Println(len(ended), guise.CauseRevoked, ended[guise.CauseRevoked])
	// Output: 10 revoked 0
}
