package drive

import (
	"context"
	"testing"

	"github.com/guise-go/guise/examples/internal/app"
	"github.com/guise-go/guise/internal/databases"
)

// ServePostgres serves an application on a database that only this test uses,
// and returns the addresses of both. Without a server it skips the test, or
// fails it under CI=true.
func ServePostgres(t testing.TB, open func(ctx context.Context, url string) (*app.App, error)) (base string, database *databases.Database) {
	t.Helper()
	database = databases.Postgres(t)
	return Serve(t, func(ctx context.Context) (*app.App, error) { return open(ctx, database.URL) }), database
}
