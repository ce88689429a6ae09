// Package model lives through random lives of impersonations beside a plain
// model of them: random operations on random instances, a clock that jumps, and
// a store that fails, or loses its answer, at random points. After each step the
// promises are looked at. A run that fails prints its shrunk steps and its seed.
//
// GUISE_MODEL is how many lives each store gets; the default is short.
package model
