// Package checkup looks at what Guise runs on, and says of each thing whether it
// is right and, where it is not, what to do.
package checkup

import "fmt"

// Level says how bad a finding is.
type Level string

// The levels. Only what is wrong needs to be put right.
const (
	OK     Level = "ok"
	Advice Level = "advice"
	Wrong  Level = "wrong"
)

// Finding is what was found of one thing.
type Finding struct {
	// Check names what was looked at, as "clock".
	Check string `json:"check"`
	Level Level  `json:"level"`
	// Found says what is there, and ToDo what to do about it.
	Found string `json:"found"`
	ToDo  string `json:"to_do,omitempty"`
}

// Findings are all that was found, in the order in which it was looked at.
type Findings []Finding

// Right reports whether nothing is wrong.
func (f Findings) Right() bool {
	for _, one := range f {
		if one.Level == Wrong {
			return false
		}
	}
	return true
}

func ok(check, format string, args ...any) Finding {
	return Finding{Check: check, Level: OK, Found: fmt.Sprintf(format, args...)}
}

func wrong(check, found, todo string) Finding { return Finding{check, Wrong, found, todo} }

func advice(check, found, todo string) Finding { return Finding{check, Advice, found, todo} }
