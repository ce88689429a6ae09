package inject

// Instead is an answer that is sent in place of the application's.
type Instead struct {
	Status int
	// Page says that Body is an HTML page, which the snippet belongs on.
	Page bool
	Body []byte
}

// sendInstead answers with something else; what the application goes on to
// write is dropped.
func (x *Response) sendInstead(answer *Instead) {
	remove(x.w.Header(), "Content-Encoding", "Content-Length", "Etag", "Last-Modified", "Trailer")
	x.status, x.flow = answer.Status, flowCopy
	page := answer.Page && x.o.Snippet != nil
	if page {
		x.startPage(false)
	}
	x.commit(page)
	x.bodyErr = x.body(answer.Body)
	if x.doc != nil && x.bodyErr == nil {
		x.bodyErr = x.doc.close()
	}
	x.flow, x.doc = flowDiscard, nil
}
