package schooldesk

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
)

// sessionUser is the session's key for the ID of who logged in.
const sessionUser = "userID"

// newSessions sets up the session library. The cookie is not marked Secure:
// the demo speaks plain HTTP on the local machine.
func newSessions(db handle, log *slog.Logger) *scs.SessionManager {
	s := scs.New()
	s.Store = sessionStore{db}
	s.HashTokenInStore = true // whoever reads the database can't log in with it
	s.Lifetime = 12 * time.Hour
	s.Cookie.Name = "session"
	s.Cookie.HttpOnly = true
	s.Cookie.SameSite = http.SameSiteLaxMode
	s.Cookie.Secure = false
	s.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		log.ErrorContext(r.Context(), "session", "path", r.URL.Path, "error", err)
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
	}
	return s
}

// sessionStore keeps sessions in School Desk's database. Of the stores published
// with scs there is one for each engine, with tables of its own and a goroutine
// that is started when it is made; what scs asks for is this much.
type sessionStore struct{ db handle }

var _ scs.CtxStore = sessionStore{}

// FindCtx returns a session's data; one that expired is not found.
func (s sessionStore) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	var data []byte
	err := s.db.QueryRowContext(ctx,
		`SELECT data FROM sessions WHERE token = ? AND expiry > ?`,
		token, time.Now().UnixMilli()).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	return data, err == nil, err
}

// CommitCtx adds or replaces a session.
func (s sessionStore) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	_, err := s.db.ExecContext(ctx, s.db.engine.commitSession, token, data, expiry.UnixMilli())
	return err
}

// DeleteCtx removes a session; one that isn't there is no error.
func (s sessionStore) DeleteCtx(ctx context.Context, token string) error {
	_, err := s.db.ExecContext(ctx, `DELETE FROM sessions WHERE token = ?`, token)
	return err
}

// Find, Commit and Delete complete scs.Store; scs calls the ones with a context.
func (s sessionStore) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a context.
func (s sessionStore) Commit(token string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx without a context.
func (s sessionStore) Delete(token string) error {
	return s.DeleteCtx(context.Background(), token)
}

// sweep removes the sessions that expired.
func (s sessionStore) sweep(ctx context.Context) error {
	_, err := s.db.ExecContext(ctx, `DELETE FROM sessions WHERE expiry <= ?`, time.Now().UnixMilli())
	return err
}
