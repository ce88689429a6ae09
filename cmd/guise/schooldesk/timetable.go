package schooldesk

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
)

// lesson is one lesson of the week.
type lesson struct {
	Weekday       int
	Starts, Ends  string
	Title         string
	Teacher, Room string
	Year          string
	Position      int
}

// Hue picks the colour of the lesson's course.
func (l lesson) Hue() int { return l.Position % 6 }

// day is one column of the timetable.
type day struct {
	Name    string
	Lessons []lesson
}

// timetable is the week as one user sees it: the lessons of all courses, less
// what the view the user saved leaves out.
type timetable struct {
	Days         []day
	Shown, Total int
	View         string   // show only this school year; "" is all
	Years        []string // the years there is anything to show of
}

// lessonsOf lists all lessons of a user's courses, whatever view is saved.
func (a *App) lessonsOf(ctx context.Context, u user) ([]lesson, error) {
	rows, err := a.db.QueryContext(ctx,
		`SELECT l.weekday, l.starts, l.ends, c.title, c.teacher, c.room, c.school_year, c.position
		 FROM enrolments e JOIN courses c ON c.id = e.course_id JOIN lessons l ON l.course_id = c.id
		 WHERE e.user_id = ? ORDER BY l.weekday, l.starts`, u.ID)
	if err != nil {
		return nil, fmt.Errorf("listing lessons: %w", err)
	}
	defer rows.Close()
	var list []lesson
	for rows.Next() {
		var l lesson
		if err := rows.Scan(&l.Weekday, &l.Starts, &l.Ends, &l.Title, &l.Teacher, &l.Room, &l.Year, &l.Position); err != nil {
			return nil, fmt.Errorf("reading a lesson: %w", err)
		}
		list = append(list, l)
	}
	return list, rows.Err()
}

// savedView is the school year a user chose to see; "" is all.
func (a *App) savedView(ctx context.Context, u user) (string, error) {
	var year string
	err := a.db.QueryRowContext(ctx, `SELECT school_year FROM saved_views WHERE user_id = ?`, u.ID).Scan(&year)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return year, err
}

// timetableOf puts a user's week together.
func (a *App) timetableOf(ctx context.Context, u user) (timetable, error) {
	all, err := a.lessonsOf(ctx, u)
	if err != nil {
		return timetable{}, err
	}
	view, err := a.savedView(ctx, u)
	if err != nil {
		return timetable{}, fmt.Errorf("reading the saved view: %w", err)
	}
	t := newTimetable(all, view)
	return t, nil
}

// newTimetable lays lessons out by day. The saved view is applied even when
// nothing is left of that year: the mistake behind Maya's ticket.
func newTimetable(all []lesson, view string) timetable {
	t := timetable{View: view, Total: len(all)}
	for _, name := range []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday"} {
		t.Days = append(t.Days, day{Name: name})
	}
	seen := map[string]bool{}
	for _, l := range all {
		if !seen[l.Year] {
			seen[l.Year] = true
			t.Years = append(t.Years, l.Year)
		}
		if view != "" && l.Year != view {
			continue
		}
		t.Shown++
		d := &t.Days[l.Weekday-1]
		d.Lessons = append(d.Lessons, l)
	}
	return t
}

func (a *App) showTimetable(w http.ResponseWriter, r *http.Request) {
	t, err := a.timetableOf(r.Context(), currentUser(r.Context()))
	if err != nil {
		a.serverError(w, r, err)
		return
	}
	a.render(w, r, http.StatusOK, "timetable", "My timetable", t)
}

// saveView is POST /view: remember which school year the timetable shows.
func (a *App) saveView(w http.ResponseWriter, r *http.Request) {
	year := r.PostFormValue("year")
	if len(year) > len("2025/26") {
		a.fail(w, r, http.StatusUnprocessableEntity, "That is no school year.")
		return
	}
	_, err := a.db.ExecContext(r.Context(), a.db.engine.saveView, currentUser(r.Context()).ID, year)
	if err != nil {
		a.serverError(w, r, err)
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}
