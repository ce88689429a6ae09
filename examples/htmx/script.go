package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
)

//go:generate ../../scripts/packages

// fetched is where scripts/packages puts htmx 4, below the root of the
// repository. It is no part of the repository: only npm has it.
const fetched = "bin/npm/node_modules/htmx.org/dist/htmx.min.js"

const missing = "htmx is not here: `go generate ./examples/htmx` fetches it from npm. Until then the page is loaded whole each time."

// findScript returns the path of htmx, looked for in the folder the program
// runs in and in those above it; "" when it was not fetched.
func findScript() string {
	dir, err := os.Getwd()
	for err == nil {
		path := filepath.Join(dir, fetched)
		if _, missing := os.Stat(path); missing == nil {
			return path
		}
		if dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	return ""
}

// serveScript serves htmx. The page does without: its form is one.
func serveScript(path string) http.HandlerFunc {
	if path == "" {
		fmt.Fprintln(os.Stderr, missing)
	}
	return func(w http.ResponseWriter, r *http.Request) {
		if path == "" {
			http.Error(w, missing, http.StatusNotFound)
			return
		}
		http.ServeFile(w, r, path)
	}
}
