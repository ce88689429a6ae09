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
// An ID is compared byte by byte, whatever the column's collation equates: 7 is
// not "007", "ada" not "Ada", and "a" not "a ". So are the tenants and
// attributes that a guise.Filter narrows by.
//
// # SQLite
//
// SQLite 3.38 or newer, by any driver for database/sql. IDs are integers or
// text: a row whose ID is NULL, empty, a real number or a blob is no user. For
// binary keys write Config.ID as "(lower(hex(id)))", and make an index on that
// expression. Leave PRAGMA case_sensitive_like off.
//
// # PostgreSQL
//
// PostgreSQL 12 or newer, tested on 15, in a database in the encoding UTF8. IDs
// are smallint, integer, bigint, numeric, uuid, text, varchar, char(n), name, a
// domain over one of them, or bytea, which reads as lower-case hexadecimal
// digits. Of any other type make text by an expression: "(CAST(id AS text))".
// All but an expression are looked up and listed by the index that the column
// has. Names are as the database has them: a table made as Users without quotes
// is "users". The table is looked for in the search_path of the connection.
//
// # MariaDB and MySQL
//
// MariaDB 10.5 or newer, tested on 10.11, or MySQL 8.0 or newer. IDs are
// integers, decimal numbers, text, MariaDB's UUID, or BINARY and VARBINARY,
// which read as lower-case hexadecimal digits; so do all binary columns. BIT is
// a number. The connection's character set must be utf8mb4. A text ID whose
// column has no unique index of its own, or is an expression, is listed by
// sorting the table. The schema of Config.Table is the database that it is in.
package sqlusers
