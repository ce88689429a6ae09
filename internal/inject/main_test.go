package inject_test

import (
	"io"
	"log"
)

// quiet takes what the servers log of handlers that are meant to fail.
var quiet = log.New(io.Discard, "", 0)
