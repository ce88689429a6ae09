// Package sqlusers finds users in the table that the application already has.
// It owns no table, writes nothing, and changes no schema: it only selects.
// It brings no driver: the application opens the database.
//
// # What a search finds
//
// The text is split on Unicode white space into terms, and each must occur in
// at least one of the columns in Config.Search. Upper and lower case are the
// same for every letter that has exactly one of each, or a few (É and é, Я and
// я, Σ, σ and ς, ß and ẞ), whatever the database knows of Unicode. These are not
// the same: letters that only some languages equate (İ and i, ß and ss), the
// Kelvin sign and k, the long s and s, and an accent that is a separate
// character and one that is part of its letter.
//
// So that nobody can make a search expensive, a text of more than 1,000 bytes,
// of more than eight different terms, or with a term of more than 24 spellings
// to equate outside ASCII finds nobody; neither does one that is not UTF-8 or
// has a NUL in it. A page has at most 200 users.
//
// A text in which no term has three characters (on PostgreSQL: three letters or
// digits in a row) is looked for only among the next 10,000 of the users whom
// the Filter lets through. The page then may have fewer users than it could, or
// none, and a Next that goes on after them: following it finds everyone.
//
// Users are listed by ID, in the order that the database gives the ID column.
//
// An ID is compared byte by byte, whatever the column's collation equates: 7 is
// not "007", "ada" is not "Ada", and "a" is not "a ". So are the tenants and
// attributes by which a guise.Filter narrows.
//
// # The index
//
// Without an index, a search reads the table until its page is full, and all of
// it when few users match. [Directory.IndexStatements] returns the SQL that
// makes an index of trigrams, on SQLite and PostgreSQL; run it once, as the owner
// of the table. [New] finds the index, and says in the log when there is none. A
// search finds the same users with it and without, since every row that it
// leads to is compared again. When the index is missing, was made for other
// columns or is no longer kept current, searches go on without it, and the log
// says so. [Directory.CheckIndex] compares it with the whole table.
//
// On SQLite the index is an FTS5 table beside the table of users, and three
// triggers on the latter. It names rows by the INTEGER PRIMARY KEY, or else by
// Config.ID, which must then be a column with a UNIQUE index of its own. Where
// Config.ID is not the INTEGER PRIMARY KEY, a term that thousands of users match
// is slower, since they have to be sorted. Every program that writes the table
// needs an SQLite with FTS5, which nearly all have. A statement that makes the
// table anew, as some migrations do, drops the triggers: make the index again.
//
// On PostgreSQL it is a GIN index, with the extension pg_trgm. The text of each
// search column must be IMMUTABLE, as that of text, varchar, integers and UUIDs
// is. That of enums and dates is not: leave those out of Config.Search. In a
// database whose LC_CTYPE is C, only ASCII letters and digits count.
//
// MariaDB and MySQL have no index that finds text within a word: there, each
// search reads the table. An index on the tenants' column helps on every engine
// where a Filter names tenants.
//
// # SQLite
//
// SQLite 3.38 or newer, with any driver for database/sql. IDs are integers or
// text: a row whose ID is NULL, empty, a real number or a blob is not a user. For
// binary keys write Config.ID as "(lower(hex(id)))", and make an index on that
// expression. Leave PRAGMA case_sensitive_like off.
//
// # PostgreSQL
//
// PostgreSQL 12 or newer, tested on 15, in a database with the encoding UTF8. IDs
// are smallint, integer, bigint, numeric, uuid, text, varchar, char(n), name, a
// domain over one of them, or bytea, which reads as lower-case hexadecimal
// digits. For any other type, use an expression that makes text of it:
// "(CAST(id AS text))". All except an expression are looked up and listed by the
// index that the column has. Names are as the database has them: a table made as
// Users without quotes is "users". The table is looked for in the search_path of
// the connection.
//
// # MariaDB and MySQL
//
// MariaDB 10.5 or newer, tested on 10.11, or MySQL 8.0 or newer. IDs are
// integers, decimal numbers, text, MariaDB's UUID, or BINARY and VARBINARY,
// which read as lower-case hexadecimal digits; so do all binary columns. BIT is
// a number. The connection's character set must be utf8mb4. When a text ID is an
// expression, or its column has no unique index of its own, users are listed by
// sorting the table. The schema of Config.Table is the database that it is in.
package sqlusers
