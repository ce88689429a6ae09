package schooldesk

import "net/http"

// maxBody is the most that a form may hold.
const maxBody = 64 << 10

// routes is every page of School Desk. Guise's own, under /impersonate/, are
// answered before a request gets here.
func (a *App) routes() http.Handler {
	mux := http.NewServeMux()

	mux.HandleFunc("GET /login", a.showLogin)
	mux.HandleFunc("POST /login", a.login)
	mux.HandleFunc("POST /logout", a.logout)
	mux.HandleFunc("GET /whoami", a.whoami)

	mux.HandleFunc("GET /{$}", a.user(a.showHome))
	mux.HandleFunc("GET /courses", a.user(a.showCourses))
	mux.HandleFunc("POST /view", a.user(a.saveView))
	mux.HandleFunc("GET /notes", a.user(a.showNotes))
	mux.HandleFunc("POST /notes", a.user(a.addNote))
	mux.HandleFunc("GET /draft", a.user(a.showDraft))
	mux.HandleFunc("POST /draft", a.user(a.saveDraft))
	mux.HandleFunc("GET /account/{$}", a.user(a.showAccount))
	mux.HandleFunc("POST /account/password", a.user(a.changePassword))

	mux.HandleFunc("GET /admin/users", a.office(a.showUsers))
	mux.HandleFunc("GET /admin/users/{id}", a.office(a.showUser))
	mux.HandleFunc("POST /admin/users/{id}", a.superuser(a.changeUser))
	mux.HandleFunc("GET /admin/whoami", a.office(a.whoami))

	a.labRoutes(mux)
	mux.HandleFunc("GET /", a.notFound)

	return securityHeaders(http.NewCrossOriginProtection().Handler(limitBody(a.loadUser(mux))))
}

// pagePolicy is the Content-Security-Policy of School Desk's own pages. To
// connect is for Guise's banner, which asks whether the impersonation still runs.
const pagePolicy = "default-src 'none'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; " +
	"base-uri 'none'; frame-ancestors 'none'"

// securityHeaders allows a page what School Desk's pages need and nothing else.
func securityHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", pagePolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}

func limitBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		next.ServeHTTP(w, r)
	})
}
