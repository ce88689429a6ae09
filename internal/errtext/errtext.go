// Package errtext recognises an error by its text: some drivers provide no code,
// or none that could be read without importing them.
package errtext

import (
	"regexp"
	"slices"
)

// Fits reports whether the text of err, or of one that it wraps, fits. An error
// that wraps others goes by those alone, since its own text is not the driver's.
func Fits(err error, text *regexp.Regexp) bool {
	switch wrapping := err.(type) {
	case nil:
		return false
	case interface{ Unwrap() error }:
		return Fits(wrapping.Unwrap(), text)
	case interface{ Unwrap() []error }:
		return slices.ContainsFunc(wrapping.Unwrap(), func(err error) bool { return Fits(err, text) })
	}
	return text.MatchString(err.Error())
}
