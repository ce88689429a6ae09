package guise

import "net/http"

// admits reports whether a request may have been meant by the person whose
// cookies it carries. A page of another origin may lead here, as a help desk's
// link does; it may neither post nor load anything by itself: it couldn't read
// what it loads, but would use up what the actor may do.
func (e endpoint) admits(origin *http.CrossOriginProtection, r *http.Request) bool {
	asPost := *r
	asPost.Method = http.MethodPost // Check lets every GET pass
	if origin.Check(&asPost) == nil {
		return true
	}
	if r.Method == http.MethodPost || !isTopLevel(r) {
		// Fails closed: images, frames, scripts and fetches of another origin.
		return false
	}
	// A download leaves the page that asked for it in place, which can then ask
	// again and again: only what a person did may lead to one.
	return !e.file || r.Header.Get("Sec-Fetch-User") == "?1"
}

// isTopLevel reports whether a browser is about to show the answer in place of
// the page, not inside one.
func isTopLevel(r *http.Request) bool {
	return r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
}

// refusesScript reports whether a page made the request by itself, which it may
// not do while impersonating: the page is the subject's, and so may be the
// script in it. Fails closed: the console acts with the actor's rights, and a
// person who uses it goes from page to page. A form that the script submits
// can't be told from one that they do, but then the page is gone, and they see
// what happened.
func (e endpoint) refusesScript(r *http.Request) bool {
	mode := r.Header.Get("Sec-Fetch-Mode")
	if mode == "" {
		return false // no browser, or one that does not say
	}
	// What is prefetched looks like a page, but no one has gone there yet.
	byItself := !isTopLevel(r) || r.Header.Get("Sec-Purpose") != ""
	return byItself && (!e.byScript || r.Method == http.MethodPost)
}

// refuseOrigin answers what was not admitted. Nobody looks at the answer to
// what a page loads by itself, so nothing is looked up for it.
func (v *visit) refuseOrigin() {
	if v.r.Method == http.MethodPost || isTopLevel(v.r) {
		v.fail(errCrossOrigin)
		return
	}
	writeProblemJSON(v.w, problemOf(describe(errCrossOrigin), errCrossOrigin))
}
