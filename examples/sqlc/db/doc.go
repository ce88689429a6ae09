// Package db is the queries, as sqlc generates them: `sqlc generate` in the
// folder above makes every other file of this package.
package db
