// Package schooldesk is School Desk, the application of the Guise demo: a small
// planner for schools and families, with people, courses, a timetable and notes.
//
// It owns its users table, its login, its sessions and its pages, as any
// application does, and knows of Guise in three places only: impersonation.go
// sets Guise up, current.go asks it whom a request is to be served as, and the
// templates show it.
package schooldesk
