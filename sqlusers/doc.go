// Package sqlusers finds users in the table that the application already has.
// It owns no table, writes nothing, and changes no schema: it only selects.
// It brings no driver: the application opens the database.
//
// # What a search finds
//
// The text is split on Unicode white space into terms, and each must occur in
// at least one of the columns in Config.Search. Upper and lower case are the
// same for every letter that has exactly one of each, or a few (É and é, Я and
// я, Σ, σ and ς, ß and ẞ), whatever the database knows of Unicode. Not the
// same: letters that only a language equates (İ and i, ß and ss), the Kelvin
// sign and k, the long s and s, and an accent that is a character of its own
// beside one that is part of its letter.
//
// So that nobody can make a search expensive, a text of more than 1,000 bytes,
// of more than eight different terms, or with a term of more than 24 spellings
// to equate outside ASCII finds nobody; neither does one that is not UTF-8 or
// has a NUL in it. A page has at most 200 users.
//
// Users are listed by ID, in the order that the database gives the ID column.
//
// # SQLite
//
// SQLite 3.38 or newer, by any driver for database/sql. IDs are integers or
// text: a row whose ID is NULL, empty, a real number or a blob is no user. For
// binary keys write Config.ID as "(lower(hex(id)))", and make an index on that
// expression. Leave PRAGMA case_sensitive_like off.
package sqlusers
