// Package store runs sqlstore against real databases, in ways that the root
// module can't without a driver: every rule, many instances, several
// processes, a process that is killed.
package store
