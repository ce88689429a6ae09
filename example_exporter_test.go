package guise_test

import (
	"fmt"
	"os"

	"github.com/guise-go/guise"
)

// One line of JSON for each impersonation or refused attempt.
func ExampleNewExporter() {
	exporter, err := guise.NewExporter(os.Stdout, "jsonl")
	if err != nil {
		fmt.Println(err)
		return
	}
	denied := guise.Impersonation{ID: "i-1", State: guise.StateDenied, Reason: "a call", Code: "superuser"}
	if err := exporter.Write(denied); err != nil {
		fmt.Println(err)
		return
	}
	if err := exporter.Flush(); err != nil {
		fmt.Println(err)
	}
	// Output: {"id":"i-1","state":"denied","actor":{"id":"","username":"","name":"","email":"","tenant":""},"subject":{"id":"","username":"","name":"","email":"","tenant":""},"mode":"","reason":"a call","ticket":"","started_at":"0001-01-01T00:00:00Z","expires_at":null,"depth":0,"code":"superuser"}
}
