// Package inject owns the way of one response from the application to the
// client while somebody impersonates: it puts a snippet of HTML into every
// page as it streams by, admits the snippet's own style and script to the
// page's Content-Security-Policy, keeps every response out of every cache, and
// can be told from outside to stop at once.
//
// It buffers only the beginning of a tag, or one <meta>, and, like net/http, the
// first 512 bytes of a response that doesn't say what it is. The writer that it
// gives to the application has no Unwrap method, because whoever got at the
// writer below could write a page without the snippet; so it implements itself
// everything that http.ResponseController asks for.
package inject

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"

	"github.com/guise-go/guise/internal/csp"
)

// Snippet is what goes into a page.
//
// HTML goes as it is into pages in any encoding and into XHTML: it should be
// ASCII (numeric character references for the rest) and well-formed XML with
// its namespace declared, and be one element.
type Snippet struct {
	HTML   string
	Inline csp.Inline // the hashes of the style and the script in it
}

// Place is where in a page the snippet goes.
type Place int

const (
	// AfterBodyStart is right after <body …>: the first thing on the page, and
	// nothing after it is looked at.
	AfterBodyStart Place = iota
	// BeforeBodyEnd is right before </body>, or at the end of a page that has
	// no such tag: all of the page is looked at.
	BeforeBodyEnd
)

// Options says what to do with a response.
type Options struct {
	// Snippet is called at most once: for a page that gets the snippet, and for
	// what has a Content-Security-Policy and may still turn out to be a
	// fragment. It is called while the response is locked, so it must not use
	// the writer or the Response. Without it no page is changed; everything else
	// is done.
	Snippet func() Snippet
	// Place is where the snippet goes.
	Place Place
	// Header, if set, is handed the application's header right before it is
	// sent, and may change it. It is called like Snippet, for every response
	// except one whose connection the application takes over.
	Header func(http.Header)
	// Undecodable returns the page that is sent instead of one that the
	// application compressed in a way that can't be undone here, such as br:
	// a page without the snippet would break the promise of being visible.
	// It should be a whole HTML document in UTF-8. Nil: a plain English one.
	Undecodable func(encoding string) string
	// Instead, if set, is called with the application's status and header, and
	// returns nil, or what is sent in place of the application's answer; then it
	// also sets what that needs in the header. It is called like Snippet.
	Instead func(status int, header http.Header) *Instead
	// Released is called once, when there is nothing left that Kill could
	// close: the handler has returned, and a connection it took over is
	// closed. It may come from Done, from Kill, or from the application's
	// Close of that connection; no lock of Response is held.
	Released func()
}

// Response carries one response. New makes it, Writer is for the application,
// Kill for anyone; Finish and Done end it, or Serve does everything.
type Response struct {
	w   http.ResponseWriter
	rc  *http.ResponseController
	ctx context.Context // of the request, for CloseNotify
	o   Options

	isHead  bool
	browser judgement

	mu        sync.Mutex // for everything that touches w; see lifeline for the rest
	status    int        // what the application said; 0: nothing yet
	snapshot  http.Header
	committed bool // w.WriteHeader was called
	flow      flow
	sniffed   []byte
	doc       *document
	dec       *decoder
	snippet   *Snippet
	declared  int64 // the Content-Length that was taken away; -1: none
	received  int64
	bodyErr   error

	life lifeline
}

var (
	// ErrKilled is what writing returns after Kill.
	ErrKilled = errors.New("inject: the impersonation has ended, and this response with it")
	// ErrDone is what writing returns when the handler has returned.
	ErrDone = errors.New("inject: the handler of this response has returned")
)

// New prepares the response to r that is to be written to w.
func New(w http.ResponseWriter, r *http.Request, o Options) *Response {
	return &Response{
		w: w, rc: http.NewResponseController(w), ctx: r.Context(), o: o,
		isHead: r.Method == http.MethodHead, browser: judgeRequest(r), declared: -1,
	}
}

// judgeRequest goes by what a browser says it will do with the answer. A page
// that is navigated to is a document, whatever it begins with; what a script
// fetches may well be a fragment that begins with <title>.
func judgeRequest(r *http.Request) judgement {
	switch strings.ToLower(r.Header.Get("Sec-Fetch-Dest")) {
	case "":
		return judgeByContent
	case "document", "iframe", "frame", "fencedframe", "embed", "object":
		return judgeNavigation
	}
	return judgeStrictly
}

// Writer returns what the application writes to.
func (x *Response) Writer() http.ResponseWriter { return (*writer)(x) }

// Serve lets next answer r, and ends the response. It panics with
// http.ErrAbortHandler where half a page must not look like a whole one.
func (x *Response) Serve(next http.Handler, r *http.Request) {
	defer x.Done()
	next.ServeHTTP(x.Writer(), r)
	if x.Finish() != nil {
		panic(http.ErrAbortHandler)
	}
}
