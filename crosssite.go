package guise

import "net/http"

// admits reports whether a request may have been meant by the person whose
// cookies it carries. A page of another origin may lead here, as a help desk's
// link does; it may neither post nor load anything by itself, since what it
// loads it can't read, but would use up what the actor may do.
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
	// A file leaves the page that asked for it where it is, and so can be asked
	// for again and again: only what a person did leads to one.
	return !e.file || r.Header.Get("Sec-Fetch-User") == "?1"
}

// isTopLevel reports whether a browser is about to show the answer in place of
// the page, not inside of one.
func isTopLevel(r *http.Request) bool {
	return r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
}

// refusesScript reports whether a page made the request by itself and may not,
// while impersonating: the page is the subject's, and so may be the script in
// it. Fails closed: the console acts with the actor's rights, and a person who
// uses it goes from page to page. A form that the script sends by itself can't
// be told from theirs, but the page is gone then, and what happened is in sight.
func (e endpoint) refusesScript(r *http.Request) bool {
	mode := r.Header.Get("Sec-Fetch-Mode")
	if mode == "" {
		return false // no browser, or one that does not say
	}
	// What is loaded ahead looks like a page, and no one has gone there yet.
	byItself := !isTopLevel(r) || r.Header.Get("Sec-Purpose") != ""
	return byItself && (!e.byScript || r.Method == http.MethodPost)
}

// refuseOrigin answers what was not admitted. Nobody looks at the answer of what
// a page loads by itself, so nothing is looked up for it.
func (v *visit) refuseOrigin() {
	if v.r.Method == http.MethodPost || isTopLevel(v.r) {
		v.fail(errCrossOrigin)
		return
	}
	writeProblemJSON(v.w, problemOf(describe(errCrossOrigin), errCrossOrigin))
}
