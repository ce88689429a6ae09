// Package users tests sqlusers on real databases: the conformance suite over
// tables as applications have them, and what is particular to SQL.
package users
