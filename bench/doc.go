// Bench measures what Guise costs, each figure beside its floor: what the same
// work takes without Guise, in the same run and on the same machine. Absolute
// times don't carry over to other machines; the ratios do, more or less.
//
//	go run ./bench                     everything; writes docs/performance.md and docs/performance.json
//	go run ./bench -only 'search/.*'   some rows; writes nothing
//	go run ./bench -quick              everything, small and once: to see that it works
//
// Each file named after a part of Guise has the rows about it, and registers
// them in [families]. A row says how its two sides are prepared; measure.go
// runs them in turns, report.go writes the table.
package main
