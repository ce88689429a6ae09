package schooldesk

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// note is one note of a user.
type note struct {
	ID      int64     `json:"id,string"`
	Text    string    `json:"text"`
	Created time.Time `json:"created_at"`
}

// maxText is how long a note or a draft may be, in bytes.
const maxText = 4000

func (a *App) notesOf(ctx context.Context, u user) ([]note, error) {
	rows, err := a.db.QueryContext(ctx,
		`SELECT id, text, created_at FROM notes WHERE user_id = ? ORDER BY id DESC`, u.ID)
	if err != nil {
		return nil, fmt.Errorf("listing notes: %w", err)
	}
	defer rows.Close()
	list := []note{} // an empty list in JSON, not null
	for rows.Next() {
		var n note
		var created int64
		if err := rows.Scan(&n.ID, &n.Text, &created); err != nil {
			return nil, fmt.Errorf("reading a note: %w", err)
		}
		n.Created = time.Unix(created, 0).UTC()
		list = append(list, n)
	}
	return list, rows.Err()
}

func (a *App) insertNote(ctx context.Context, u user, text string) (note, error) {
	n := note{Text: text, Created: time.Now().UTC().Truncate(time.Second)}
	var err error
	n.ID, err = a.db.insert(ctx, `INSERT INTO notes (user_id, text, created_at) VALUES (?, ?, ?)`,
		u.ID, text, n.Created.Unix())
	if err != nil {
		return note{}, fmt.Errorf("adding a note: %w", err)
	}
	return n, nil
}

// showNotes is GET /notes.
func (a *App) showNotes(w http.ResponseWriter, r *http.Request) {
	list, err := a.notesOf(r.Context(), currentUser(r.Context()))
	if err != nil {
		a.serverError(w, r, err)
		return
	}
	if wantsJSON(r) {
		a.writeJSON(w, r, http.StatusOK, map[string][]note{"notes": list})
		return
	}
	a.render(w, r, http.StatusOK, "notes", "Notes", list)
}

// addNote is POST /notes.
func (a *App) addNote(w http.ResponseWriter, r *http.Request) {
	text := strings.TrimSpace(r.PostFormValue("text"))
	if text == "" || len(text) > maxText {
		a.fail(w, r, http.StatusUnprocessableEntity, "A note needs some text, and no more than 4000 characters of it.")
		return
	}
	n, err := a.insertNote(r.Context(), currentUser(r.Context()), text)
	if err != nil {
		a.serverError(w, r, err)
		return
	}
	if wantsJSON(r) {
		a.writeJSON(w, r, http.StatusCreated, n)
		return
	}
	http.Redirect(w, r, "/notes", http.StatusSeeOther)
}

// sessionDraft is the session's key for the draft.
const sessionDraft = "draft"

// draft is text that is kept in the session: it is gone after logging out.
type draft struct {
	Text string `json:"text"`
}

// showDraft is GET /draft.
func (a *App) showDraft(w http.ResponseWriter, r *http.Request) {
	d := draft{Text: a.sessions.GetString(r.Context(), sessionDraft)}
	if wantsJSON(r) {
		a.writeJSON(w, r, http.StatusOK, d)
		return
	}
	a.render(w, r, http.StatusOK, "draft", "Draft", d)
}

// saveDraft is POST /draft.
func (a *App) saveDraft(w http.ResponseWriter, r *http.Request) {
	d := draft{Text: r.PostFormValue("text")}
	if len(d.Text) > maxText {
		a.fail(w, r, http.StatusUnprocessableEntity, "A draft has no more than 4000 characters.")
		return
	}
	a.sessions.Put(r.Context(), sessionDraft, d.Text)
	if wantsJSON(r) {
		a.writeJSON(w, r, http.StatusOK, d)
		return
	}
	http.Redirect(w, r, "/draft", http.StatusSeeOther)
}
