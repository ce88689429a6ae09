package errtext

import (
	"errors"
	"fmt"
	"regexp"
	"testing"
)

func TestFits(t *testing.T) {
	locked := errors.New("Error 1205 (HY000): Lock wait timeout exceeded")
	other := errors.New("Error 12050: no such thing")
	for name, row := range map[string]struct {
		err  error
		want bool
	}{
		"none":                         {nil, false},
		"the driver's":                 {locked, true},
		"another of the driver's":      {other, false},
		"wrapped":                      {fmt.Errorf("starting: %w", fmt.Errorf("trying: %w", locked)), true},
		"joined":                       {errors.Join(other, locked), true},
		"wrapped with others":          {fmt.Errorf("%w and %w", other, locked), true},
		"joined, none of them":         {errors.Join(other, other), false},
		"quoted, and something else":   {errors.New("it said: Error 1205"), false},
		"in the text of what wraps it": {fmt.Errorf("Error 1205: %w", other), false},
	} {
		if got := Fits(row.err, regexp.MustCompile(`^Error (1205|1213)\b`)); got != row.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
