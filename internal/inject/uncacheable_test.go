package inject

import (
	"fmt"
	"net/http"
	"testing"
)

func TestUncacheable(t *testing.T) {
	h := http.Header{
		"Etag": {"x"}, "ETag": {"x"}, "Last-Modified": {"x"}, "last-modified": {"x"}, "Accept-Ranges": {"bytes"},
		"Expires": {"x"}, "Cache-Control": {"public", "max-age=9"}, "cache-control": {"public"}, "Cdn-Cache-Control": {"public"},
		"Surrogate-Control": {"x"}, "X-Accel-Expires": {"9"}, "Age": {"1"}, "Pragma": {"x"},
		"Content-Type": {"a/b"}, "Vary": {"Cookie"},
	}
	uncacheable(h)
	want := http.Header{"Cache-Control": {"private, no-store"}, "Content-Type": {"a/b"}, "Vary": {"Cookie"}}
	if fmt.Sprint(h) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", h, want)
	}
}
