package schooldesk

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// school is one of the schools that use School Desk.
type school struct {
	ID         int64
	Name, City string
}

func schools() []school {
	return []school{
		{1, "Riverside School", "Bristol"},
		{2, "Hilltop Academy", "Leeds"},
		{3, "Northgate College", "Inverness"},
		{4, "St. Brigid’s", "Galway"},
		{5, "Harbour International School", "Rotterdam"},
		{6, "Oakfield Community School", "Cardiff"},
	}
}

// subject is a subject on every school's list.
type subject struct{ Title, Room string }

func subjects() []subject {
	return []subject{
		{"Mathematics", "Room 12"},
		{"English", "Room 4"},
		{"Biology", "Lab 2"},
		{"History", "Room 21"},
		{"French", "Room 7"},
		{"Music", "Music hall"},
		{"Chemistry", "Lab 1"},
		{"Geography", "Room 18"},
		{"Art and design", "Studio"},
		{"Physical education", "Sports hall"},
	}
}

func teachers() []string {
	return []string{
		"Ms Okonjo", "Mr Farrell", "Dr Iyer", "Ms Castellanos", "Mme Laurent",
		"Mr Sandberg", "Dr Zhou", "Ms Whitlock", "Mr Demir", "Ms Tamati", "Mr Novotný", "Dr Amsalem",
	}
}

// schoolYear names the school year that a day belongs to; it begins in August.
func schoolYear(day time.Time) string {
	year := day.Year()
	if day.Month() < time.August {
		year--
	}
	return fmt.Sprintf("%d/%02d", year, (year+1)%100)
}

// slots are the times of a school day.
func slots() [][2]string {
	return [][2]string{
		{"08:30", "09:20"}, {"09:30", "10:20"}, {"10:40", "11:30"},
		{"11:40", "12:30"}, {"13:30", "14:20"}, {"14:30", "15:20"},
	}
}

// lessonTime spreads a school's lessons over the week without two at once: the
// places of the week are 30, and 7 has no divisor in common with that.
func lessonTime(position, lesson int) (weekday int, starts, ends string) {
	place := (position*2 + lesson) * 7 % 30
	slot := slots()[place/5]
	return 1 + place%5, slot[0], slot[1]
}

// course is a line of the course list.
type course struct {
	Title, Teacher, Room, Year string
	Position                   int
	Lessons                    int
	Enrolled                   int
}

// Hue picks the course's colour among the six of the style sheet.
func (c course) Hue() int { return c.Position % 6 }

// coursesOf lists the courses a user is enrolled in.
func (a *App) coursesOf(ctx context.Context, u user) ([]course, error) {
	return a.queryCourses(ctx,
		`JOIN enrolments e ON e.course_id = c.id WHERE e.user_id = ?`, u.ID)
}

// coursesOfSchool lists all courses of a school, for the people in the office.
func (a *App) coursesOfSchool(ctx context.Context, id int64) ([]course, error) {
	return a.queryCourses(ctx, `WHERE c.school_id = ?`, id)
}

func (a *App) queryCourses(ctx context.Context, narrowed string, arg any) ([]course, error) {
	rows, err := a.db.QueryContext(ctx,
		`SELECT c.title, c.teacher, c.room, c.school_year, c.position,
			(SELECT count(*) FROM lessons l WHERE l.course_id = c.id),
			(SELECT count(*) FROM enrolments n WHERE n.course_id = c.id)
		 FROM courses c `+narrowed+` ORDER BY c.school_year DESC, c.position`, arg)
	if err != nil {
		return nil, fmt.Errorf("listing courses: %w", err)
	}
	defer rows.Close()
	var list []course
	for rows.Next() {
		var c course
		if err := rows.Scan(&c.Title, &c.Teacher, &c.Room, &c.Year, &c.Position, &c.Lessons, &c.Enrolled); err != nil {
			return nil, fmt.Errorf("reading a course: %w", err)
		}
		list = append(list, c)
	}
	return list, rows.Err()
}

// showCourses is GET /courses: one's own courses, or for the office those of the school.
func (a *App) showCourses(w http.ResponseWriter, r *http.Request) {
	me := currentUser(r.Context())
	list, err := a.coursesOf(r.Context(), me)
	if me.Office() {
		list, err = a.coursesOfSchool(r.Context(), me.SchoolID)
	}
	if err != nil {
		a.serverError(w, r, err)
		return
	}
	a.render(w, r, http.StatusOK, "courses", "Courses", list)
}
