// Package faults breaks what Guise stands on, while people use it: the database
// that refuses, falls silent, dies, or is suddenly another one, and clocks that
// differ. docs/reliability.md says what happens then, and names these tests.
package faults
