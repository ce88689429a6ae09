package schooldesk

import (
	"compress/gzip"
	"fmt"
	"html"
	"io"
	"net/http"
	"slices"
	"time"
)

// labPage is one of the pages that are hard to put a banner on, or to keep
// read-only. Each is as awkward as it says: nothing here helps Guise.
type labPage struct {
	Path, Title string
	Look        string // what to look for, also on the page itself
	serve       func(a *App, w http.ResponseWriter, r *http.Request, p labPage)
}

func labPages() []labPage {
	return []labPage{
		{
			"/lab/stream", "A page sent in pieces",
			"the banner comes with the first piece, and the twelve lines follow one by one, over about a second.",
			labStream,
		},
		{
			"/lab/no-body-tag", "No body tag",
			"the banner is on top, although this page has no body tag, as HTML allows.",
			labNoBodyTag,
		},
		{
			"/lab/strict-csp", "A policy that allows nothing",
			"the banner has its colours, although the page’s Content-Security-Policy is default-src 'none'; the page’s own inline style (purple) stays blocked.",
			labStrictCSP,
		},
		{
			"/lab/meta-csp", "The strict policy in a meta tag",
			"the banner has its colours, although a meta tag says default-src 'none'; the page’s own inline style (purple) stays blocked.",
			labMetaCSP,
		},
		{
			"/lab/form-action", "No form may be sent",
			"the Release button does nothing here, since the page’s policy is form-action 'none'. The plain link beside it leads to a page that can.",
			labFormAction,
		},
		{
			"/lab/fragment", "A fragment of HTML",
			"opened by itself it is a page, and has the banner; fetched by a script, as a piece of a page that is open already, it is left as it is.",
			labFragment,
		},
		{
			"/lab/gzip", "Compressed by the application",
			"the banner is here and the page is whole, although the application compressed it unasked.",
			labGzip,
		},
		{
			"/lab/sneaky-write", "A GET that writes",
			"whether a note “sneaky” is among the notes afterwards. Opening a page should not write, but in real applications it often does. In a read-only impersonation the database refuses, and Guise says so.",
			labSneakyWrite,
		},
	}
}

func (a *App) labRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /lab/{$}", a.user(func(w http.ResponseWriter, r *http.Request) {
		a.render(w, r, http.StatusOK, "lab", "Lab", slices.Concat(labPages(), livePages()))
	}))
	a.liveRoutes(mux)
	for _, p := range labPages() {
		mux.HandleFunc("GET "+p.Path, a.user(func(w http.ResponseWriter, r *http.Request) {
			// The page alone says what the browser may do, not the application around it.
			w.Header().Del("Content-Security-Policy")
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			p.serve(a, w, r, p)
		}))
	}
}

// labWords is what each lab page says: the title, what to look for, the way back.
func labWords(p labPage) string {
	return fmt.Sprintf("<h1>%s</h1>\n<p>Look for: %s</p>\n<p><a href=\"/lab/\">Back to the lab</a></p>\n",
		html.EscapeString(p.Title), html.EscapeString(p.Look))
}

// labDocument is a whole page, with more in its head if need be.
func labDocument(p labPage, head string) string {
	return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n" +
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n" + head +
		"<title>" + html.EscapeString(p.Title) + "</title>\n</head>\n<body>\n" + labWords(p) + "</body>\n</html>\n"
}

// purple is a style that a strict policy must keep out, whatever else it admits.
const purple = "<style>h1 { color: purple }</style>\n"

func labStream(_ *App, w http.ResponseWriter, r *http.Request, p labPage) {
	const pieces, pause = 12, 80 * time.Millisecond
	out := http.NewResponseController(w)
	whole := labDocument(p, "")
	beginning, end := whole[:len(whole)-len("</body>\n</html>\n")], "</body>\n</html>\n"
	io.WriteString(w, beginning+"<ol>\n")
	for i := range pieces {
		if out.Flush() != nil {
			return // the reader has gone
		}
		select {
		case <-r.Context().Done():
			return
		case <-time.After(pause):
		}
		fmt.Fprintf(w, "<li>piece %d of %d</li>\n", i+1, pieces)
	}
	io.WriteString(w, "</ol>\n"+end)
}

func labNoBodyTag(_ *App, w http.ResponseWriter, _ *http.Request, p labPage) {
	io.WriteString(w, "<!doctype html>\n<title>"+html.EscapeString(p.Title)+"</title>\n"+labWords(p))
}

func labStrictCSP(_ *App, w http.ResponseWriter, _ *http.Request, p labPage) {
	w.Header().Set("Content-Security-Policy", "default-src 'none'")
	io.WriteString(w, labDocument(p, purple))
}

func labMetaCSP(_ *App, w http.ResponseWriter, _ *http.Request, p labPage) {
	io.WriteString(w, labDocument(p,
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\">\n"+purple))
}

func labFormAction(_ *App, w http.ResponseWriter, _ *http.Request, p labPage) {
	w.Header().Set("Content-Security-Policy", "form-action 'none'")
	io.WriteString(w, labDocument(p, ""))
}

func labFragment(_ *App, w http.ResponseWriter, _ *http.Request, p labPage) {
	io.WriteString(w, "<section>\n"+labWords(p)+"</section>\n")
}

func labGzip(a *App, w http.ResponseWriter, r *http.Request, p labPage) {
	w.Header().Set("Content-Encoding", "gzip") // whether or not it was asked for
	zip := gzip.NewWriter(w)
	io.WriteString(zip, labDocument(p, ""))
	if err := zip.Close(); err != nil {
		a.log.WarnContext(r.Context(), "sending a page", "path", r.URL.Path, "error", err)
	}
}

func labSneakyWrite(a *App, w http.ResponseWriter, r *http.Request, p labPage) {
	if _, err := a.insertNote(r.Context(), currentUser(r.Context()), "sneaky"); err != nil {
		a.serverError(w, r, err)
		return
	}
	io.WriteString(w, labDocument(p, ""))
}
