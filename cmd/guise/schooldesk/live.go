package schooldesk

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/coder/websocket"
)

// livePages are what stays open once it is opened. As with the other pages of
// the lab nothing here helps Guise: who one is is asked once, at the beginning.
func livePages() []labPage {
	return []labPage{
		{
			Path: "/lab/live", Title: "Connections that stay open",
			Look: "both say whom they are for and go on. End the impersonation in another tab, in another browser or on the console, or let its time run out: within a second both say that they were closed.",
		},
		{
			Path: "/events", Title: "Server-sent events",
			Look: "one event a second with a number and who you are; the last comes less than a second after the impersonation has ended, whoever ended it.",
		},
		{
			Path: "/ws", Title: "A WebSocket",
			Look: "it says back what it is told, until the impersonation ends; opened as a page, it leads to the one that talks to it.",
		},
	}
}

func (a *App) liveRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /lab/live", a.user(a.showLive))
	mux.HandleFunc("GET /events", a.user(a.events))
	mux.HandleFunc("GET /ws", a.user(a.echo))
}

// showLive is GET /lab/live, the one page of School Desk with a script.
func (a *App) showLive(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Security-Policy", pagePolicy+"; script-src 'self'")
	p := livePages()[0]
	a.render(w, r, http.StatusOK, "live", p.Title, p)
}

// happening is the data of a server-sent event.
type happening struct {
	Number int    `json:"number"`
	ID     string `json:"id"`
	Name   string `json:"name"`
	Email  string `json:"email"`
}

// events is GET /events: one event at once, then one a second.
func (a *App) events(w http.ResponseWriter, r *http.Request) {
	ctx, done := a.whileOpen(r.Context())
	defer done()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	out, tick := http.NewResponseController(w), time.NewTicker(time.Second)
	defer tick.Stop()
	u := currentUser(ctx)
	for number := 1; ; number++ {
		data, err := json.Marshal(happening{number, u.Key(), u.Name, u.Email})
		if err != nil {
			a.log.ErrorContext(ctx, "making an event", "error", err)
			return
		}
		if _, err := fmt.Fprintf(w, "data: %s\n\n", data); err != nil || out.Flush() != nil {
			return // the reader has gone, or was cut off
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// echo is GET /ws: it sends back what it is sent. A WebSocket from a page of
// another origin is refused by the library.
func (a *App) echo(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Upgrade") == "" {
		if wantsJSON(r) {
			w.Header().Set("Connection", "Upgrade")
			w.Header().Set("Upgrade", "websocket")
			a.fail(w, r, http.StatusUpgradeRequired, "This address is for WebSockets.")
			return
		}
		http.Redirect(w, r, "/lab/live", http.StatusSeeOther) // somebody followed the link
		return
	}
	socket, err := websocket.Accept(w, r, nil)
	if err != nil {
		return // Accept has answered
	}
	defer socket.CloseNow()
	ctx, done := a.whileOpen(r.Context())
	defer done()
	for {
		kind, message, err := socket.Read(ctx)
		if err != nil {
			return
		}
		if err := socket.Write(ctx, kind, message); err != nil {
			return
		}
	}
}

// whileOpen is ctx until HangUp is called. Call the function at the end.
func (a *App) whileOpen(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	forget := context.AfterFunc(a.open, cancel)
	return ctx, func() { forget(); cancel() }
}

// HangUp ends the connections that would stay open for as long as a browser
// wants. Call it when the server stops, which would wait for them.
func (a *App) HangUp() { a.hangUp() }
