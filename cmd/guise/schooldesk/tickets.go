package schooldesk

import (
	"context"
	"fmt"
	"net/http"
)

// ticket is what a customer wrote to support.
type ticket struct {
	Reference, Subject, Body, Answer string
	Open                             bool
	UserID                           int64
	Name, About, School              string
}

// UserKey is the customer's ID as addresses and Guise hold it.
func (t ticket) UserKey() string { return user{ID: t.UserID}.Key() }

func (s *seeder) tickets() {
	add := func(reference, username, subject, body, answer string, open bool) {
		s.exec(`INSERT INTO tickets (reference, user_id, subject, body, answer, is_open)
			SELECT ?, id, ?, ?, ?, ? FROM users WHERE username = ?`,
			reference, subject, body, answer, open, username)
	}
	add("SD-1042", "maya", "My timetable is empty",
		"Since term began my timetable has been empty. Everyone else in my class sees theirs. "+
			"I logged out and in again and tried my dad’s phone, it’s the same. Please help, I keep missing lessons.",
		"Checked the record: active, six courses, twelve lessons a week, nothing wrong. "+
			"On my own page everything shows. Can’t reproduce.", true)
	add("SD-1037", "noah", "Where do I change my password?",
		"I can’t find where to change the password I was given.",
		"It is under Account, at the top right. Solved.", false)
}

func (a *App) tickets(ctx context.Context) ([]ticket, error) {
	rows, err := a.db.QueryContext(ctx,
		`SELECT t.reference, t.subject, t.body, t.answer, t.is_open, u.id, u.full_name, u.about, s.name
		 FROM tickets t JOIN users u ON u.id = t.user_id JOIN schools s ON s.id = u.school_id
		 ORDER BY t.is_open DESC, t.id`)
	if err != nil {
		return nil, fmt.Errorf("listing tickets: %w", err)
	}
	defer rows.Close()
	var list []ticket
	for rows.Next() {
		var t ticket
		if err := rows.Scan(&t.Reference, &t.Subject, &t.Body, &t.Answer, &t.Open,
			&t.UserID, &t.Name, &t.About, &t.School); err != nil {
			return nil, fmt.Errorf("reading a ticket: %w", err)
		}
		list = append(list, t)
	}
	return list, rows.Err()
}

// showHome is GET /: the timetable, and for the office the support desk.
func (a *App) showHome(w http.ResponseWriter, r *http.Request) {
	if !currentUser(r.Context()).Office() {
		a.showTimetable(w, r)
		return
	}
	list, err := a.tickets(r.Context())
	if err != nil {
		a.serverError(w, r, err)
		return
	}
	a.render(w, r, http.StatusOK, "desk", "Support desk", list)
}
