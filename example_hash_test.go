package guise_test

import (
	"fmt"

	"github.com/guise-go/guise"
)

// The hash of the last event, as somebody noted it down elsewhere.
func ExampleParseHash() {
	noted, err := guise.ParseHash("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
	fmt.Println(noted, err)

	_, err = guise.ParseHash("9f86d081")
	fmt.Println(err)
	// Output:
	// 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 <nil>
	// guise: a hash has 64 hexadecimal digits, not 8
}
