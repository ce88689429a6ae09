// Command firstapp is the application that docs/guide.md adds Guise to: a
// users table in SQLite, a login, sessions of scs, and a page. What it does to
// have Guise is impersonation.go, and the lines below that say so.
package main

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"html"
	"log"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
	_ "modernc.org/sqlite"

	"github.com/guise-go/guise"
)

const schema = `
CREATE TABLE IF NOT EXISTS users (
	id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, full_name TEXT NOT NULL,
	is_active INTEGER NOT NULL DEFAULT 1, is_admin INTEGER NOT NULL DEFAULT 0);
INSERT OR IGNORE INTO users (id, email, full_name, is_admin) VALUES
	(1, 'ada@example.org', 'Ada Admin', 1), (2, 'maya@example.org', 'Maya Customer', 0);`

func main() {
	addr := flag.String("addr", "127.0.0.1:8080", "address to serve")
	file := flag.String("db", "firstapp.db", "the database")
	flag.Parse()
	handler, err := newHandler(context.Background(), *file)
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{Addr: *addr, Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	log.Print("http://", *addr)
	log.Fatal(server.ListenAndServe())
}

func newHandler(ctx context.Context, file string) (http.Handler, error) {
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=journal_mode(WAL)&_pragma=busy_timeout(5000)")
	if err != nil {
		return nil, err
	}
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return nil, err
	}
	sessions := scs.New()
	sessions.Cookie.Secure = false // plain HTTP, on this machine only
	app := &app{db, sessions}

	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", app.home)
	mux.HandleFunc("POST /login", app.login)
	mux.HandleFunc("POST /logout", app.logout)

	// Without Guise: return sessions.LoadAndSave(mux), nil
	//docs:begin serve
	m, err := newGuise(ctx, db, sessions)
	if err != nil {
		return nil, err
	}
	go m.Run(ctx) // ends what nobody ends; returns when ctx is over
	return m.Middleware(mux), nil
	//docs:end
}

type app struct {
	db       *sql.DB
	sessions *scs.SessionManager
}

// user is the application's current user.
type user struct{ id, name string }

func (a *app) currentUser(r *http.Request) (user, bool) {
	// Without Guise: id := a.sessions.GetString(r.Context(), "userID")
	//docs:begin effective
	id := guise.EffectiveID(r.Context(), a.sessions.GetString(r.Context(), "userID"))
	//docs:end
	u := user{id: id}
	err := a.db.QueryRowContext(r.Context(), `SELECT full_name FROM users WHERE id = ? AND is_active`, id).Scan(&u.name)
	return u, err == nil
}

func (a *app) home(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	u, ok := a.currentUser(r)
	if !ok {
		fmt.Fprint(w, `<!DOCTYPE html><title>First app</title><form method="post" action="/login">
<label>E-mail <input name="email" value="ada@example.org"></label> <button>Log in</button></form>`)
		return
	}
	fmt.Fprintf(w, `<!DOCTYPE html><title>First app</title><h1>Hello, %s</h1>
<form method="post" action="/logout"><button>Log out</button></form>`, html.EscapeString(u.name))
}

// login asks for no password: this is an example of something else.
func (a *app) login(w http.ResponseWriter, r *http.Request) {
	var id string
	err := a.db.QueryRowContext(r.Context(), `SELECT id FROM users WHERE email = ? AND is_active`, r.FormValue("email")).Scan(&id)
	if err == nil {
		err = a.sessions.RenewToken(r.Context())
	}
	if err != nil {
		http.Error(w, "no such user", http.StatusForbidden)
		return
	}
	a.sessions.Put(r.Context(), "userID", id)
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (a *app) logout(w http.ResponseWriter, r *http.Request) {
	if err := a.sessions.Destroy(r.Context()); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}
