package schooldesk

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// user is one row of the users table, with the name of the school.
type user struct {
	ID        int64
	Username  string
	Name      string
	Email     string
	About     string
	School    string
	SchoolID  int64
	Active    bool
	Staff     bool
	Superuser bool
	LastLogin time.Time // zero is never
}

// Key is the ID as sessions, forms and Guise hold it: a string.
func (u user) Key() string { return strconv.FormatInt(u.ID, 10) }

// Office says whether the user works for School Desk and may see the admin pages.
func (u user) Office() bool { return u.Staff || u.Superuser }

// errNoUser says that there is no such user.
var errNoUser = errors.New("no such user")

const userColumns = `u.id, u.username, u.full_name, u.email, u.about, s.name, u.school_id,
	u.is_active, u.is_staff, u.is_superuser, u.last_login`

const userTables = `users u JOIN schools s ON s.id = u.school_id`

func scanUser(row interface{ Scan(...any) error }, more ...any) (user, error) {
	var u user
	var last sql.NullInt64
	dest := append([]any{
		&u.ID, &u.Username, &u.Name, &u.Email, &u.About, &u.School, &u.SchoolID,
		&u.Active, &u.Staff, &u.Superuser, &last,
	}, more...)
	if err := row.Scan(dest...); err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			return user{}, errNoUser
		}
		return user{}, fmt.Errorf("reading a user: %w", err)
	}
	if last.Valid {
		u.LastLogin = time.Unix(last.Int64, 0).UTC()
	}
	return u, nil
}

// userByKey finds a user by the ID that a session or an address holds. What is
// no number is nobody's ID.
func (a *App) userByKey(ctx context.Context, key string) (user, error) {
	id, err := strconv.ParseInt(key, 10, 64)
	if err != nil {
		return user{}, errNoUser
	}
	return scanUser(a.db.QueryRowContext(ctx,
		`SELECT `+userColumns+` FROM `+userTables+` WHERE u.id = ?`, id))
}

// userByEmail finds a user for the login, with the hash of the password.
func (a *App) userByEmail(ctx context.Context, email string) (user, string, error) {
	var hash string
	u, err := scanUser(a.db.QueryRowContext(ctx,
		`SELECT `+userColumns+`, u.password_hash FROM `+userTables+` WHERE u.email = ?`,
		strings.ToLower(strings.TrimSpace(email))), &hash)
	return u, hash, err
}

// userPage is one page of the user administration.
type userPage struct {
	Query       string
	Users       []user
	Total       int
	Page, Pages int
}

const usersPerPage = 25

// searchUsers lists users by name. Each word of the query must be found in the
// name, the user name, the e-mail or the school.
func (a *App) searchUsers(ctx context.Context, query string, page int) (userPage, error) {
	where, args := userFilter(query)
	p := userPage{Query: query}
	err := a.db.QueryRowContext(ctx, `SELECT count(*) FROM `+userTables+where, args...).Scan(&p.Total)
	if err != nil {
		return userPage{}, fmt.Errorf("counting users: %w", err)
	}
	p.Pages = max(1, (p.Total+usersPerPage-1)/usersPerPage)
	p.Page = min(max(1, page), p.Pages)
	rows, err := a.db.QueryContext(ctx, `SELECT `+userColumns+` FROM `+userTables+where+
		` ORDER BY lower(u.full_name), u.id LIMIT ? OFFSET ?`,
		append(args, usersPerPage, (p.Page-1)*usersPerPage)...)
	if err != nil {
		return userPage{}, fmt.Errorf("listing users: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		u, err := scanUser(rows)
		if err != nil {
			return userPage{}, err
		}
		p.Users = append(p.Users, u)
	}
	return p, rows.Err()
}

func userFilter(query string) (where string, args []any) {
	escape := strings.NewReplacer(`!`, `!!`, `%`, `!%`, `_`, `!_`) // a backslash is not the same to each engine
	var conditions []string
	for _, word := range strings.Fields(query) {
		conditions = append(conditions,
			`lower(concat(u.full_name, ' ', u.username, ' ', u.email, ' ', s.name)) LIKE lower(?) ESCAPE '!'`)
		args = append(args, "%"+escape.Replace(word)+"%")
	}
	if len(conditions) == 0 {
		return "", nil
	}
	return " WHERE " + strings.Join(conditions, " AND "), args
}
