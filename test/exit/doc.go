// Package exit kills an application at every point of what it records: before
// each statement that goes to the database, and after each commit. After each it
// is started again, and all that was answered is there.
package exit
