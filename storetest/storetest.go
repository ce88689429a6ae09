// Package storetest checks that a [guise.Store] keeps the rules in the
// comments of that interface. It adds no rules: each case belongs to the rule
// that it checks, and a failure quotes it. Run it against a Store of your own in
// an ordinary test.
package storetest

import (
	"testing"

	"github.com/guise-go/guise"
)

// Run checks every rule. It calls open for each case, which must return an
// empty store each time and close what needs closing with t.Cleanup.
func Run(t *testing.T, open func(t *testing.T) guise.Store) {
	t.Helper()
	run(t, rules(), func(t *testing.T) (a, b guise.Store) {
		a = open(t)
		return a, a
	})
}

// RunShared checks the rules about several writers on two stores over one
// database, as two instances of an application have them. It calls open for each
// case, which must return two handles on one empty database.
func RunShared(t *testing.T, open func(t *testing.T) (a, b guise.Store)) {
	t.Helper()
	var shared []rule
	for _, r := range rules() {
		var some []check
		for _, c := range r.checks {
			if c.shared {
				some = append(some, c)
			}
		}
		if len(some) > 0 {
			shared = append(shared, rule{r.name, r.text, some})
		}
	}
	run(t, shared, open)
}

// rule is one sentence of the contract, and what checks it.
type rule struct {
	// name is the number in store.go or, where there is none, the method.
	name, text string
	checks     []check
}

type check struct {
	name string
	run  func(*env)
	// shared marks those that say something about two stores, too.
	shared bool
}

func run(t *testing.T, rules []rule, open func(t *testing.T) (a, b guise.Store)) {
	t.Helper()
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			for _, c := range r.checks {
				t.Run(c.name, func(t *testing.T) {
					t.Cleanup(func() {
						if t.Failed() {
							t.Logf("%s of guise.Store: %s", r.name, r.text)
						}
					})
					a, b := open(t)
					c.run(&env{T: t, ctx: t.Context(), store: a, other: b})
				})
			}
		})
	}
}
