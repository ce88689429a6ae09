// Package sqlguard makes a read-only impersonation read-only in the database.
//
// The middleware looks at the method of a request, and a GET can write all the
// same. [New] wraps the connector of a database/sql driver, and [Open] is
// sql.Open with that: what is then run with the context of a read-only
// impersonation ([guise.MayWrite] says which contexts those are), the database
// itself refuses if it writes. The caller gets an error that is
// [guise.ErrReadOnly] for errors.Is and has the database's own in its chain,
// and nothing has changed. A page that answers it with a 5xx is replaced by one
// of Guise's that says why and leads to asking for write access.
//
// It decides anew by the context of every statement, also of one that was
// prepared by another request, or that runs in a transaction begun before. So
// the application must hand its requests' contexts on: what is called without
// one, as in db.Exec, is not guarded. A job gets its context from
// [guise.Resume].
//
// # What the application has to do
//
// Open its own handle with Open or New, and call QueryContext, ExecContext,
// BeginTx and their kin. What must be written in a read-only impersonation too
// needs a handle of its own that is not wrapped: Guise's store, a session
// library that writes on each request, the application's own access log. Both
// may lead to the same database.
//
// Transactions are begun with BeginTx. One that is begun as text (BEGIN,
// START TRANSACTION) is refused in a read-only impersonation on PostgreSQL and
// MariaDB, since what the text does to the guard's own can't be known.
//
// # How each engine is held
//
// SQLite: PRAGMA query_only, set and read back when a connection passes from
// writing to reading and lifted when it passes back; while rows are read it is
// set anew if need be, since some drivers run a statement only then. Transactions are begun
// with ReadOnly, which modernc.org/sqlite makes BEGIN DEFERRED whatever
// _txlock says; a driver that does not is refused the lock for writing.
//
// PostgreSQL: a statement outside of a transaction runs in one of its own,
// BEGIN READ ONLY to ROLLBACK: two more round trips, but only while
// impersonating, and no setting is left on the connection that a function could
// turn back or that a pooler such as PgBouncer would hand to somebody else. A
// transaction is begun READ ONLY, and rolled back at its end also when it is
// committed, which undoes what PostgreSQL does not count as a write: large
// objects before version 16, NOTIFY. In one that was begun to write, before the
// impersonation's context was used in it, each statement stands between
// savepoints and is read-only there.
//
// MariaDB and MySQL: the same with START TRANSACTION READ ONLY. What a
// procedure does in it can't be held, because a procedure may end it: CALL,
// PREPARE and EXECUTE are refused. So is every statement in a transaction that
// was begun to write, which can't be made read-only any more, and whatever
// changes tables or users rather than rows.
//
// On each engine the text is looked at as well, only while impersonating, and
// only kinds of statements known to be held by the database get there. COPY,
// LOCK, NOTIFY, VACUUM, ATTACH, a PRAGMA with a value, SELECT … INTO OUTFILE,
// the end of the transaction, or a SET that would lift the guard are refused by
// sqlguard itself. SET of anything else, SAVEPOINT and set_config are let through.
//
// # What it can't hold
//
// A text of several statements, where MariaDB or MySQL takes one
// (multiStatements=true), over a connection whose character set is big5, cp932,
// gb18030, gbk or sjis. In these a backslash or a backtick can be the second
// half of a character, and the guard, which reads bytes as UTF-8 has them, may
// take for quoted what the server runs: a COMMIT, say. Single statements are held
// there too. Use utf8mb4, or leave multiStatements off, as it is by itself.
//
// What a function does outside of the database, or over a connection of its
// own (dblink, a foreign server's side effects, a function in Go registered
// with SQLite). Nor what PostgreSQL lets a superuser, or whom one granted it to,
// do to the server by calling a function, in a read-only transaction too:
// replication slots, pg_switch_wal, pg_logical_emit_message, pg_reload_conf,
// pg_stat_reset, pg_terminate_backend, lo_export. None of them changes a row. An
// application's own role should not be a superuser; then the server refuses. Advisory locks and user variables: they are no data. Temporary
// tables, on PostgreSQL and MariaDB, where a session may write its own. What is
// done on the driver's own connection, which [Unwrap] therefore gives out only
// where the context may write.
package sqlguard
