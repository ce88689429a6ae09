// Package sqlguard makes a read-only impersonation read-only in the database.
//
// The middleware looks at the method of a request, but a GET can write all the
// same. [New] wraps the connector of a database/sql driver, and [Open] is
// sql.Open with that. When a statement then runs with the context of a read-only
// impersonation ([guise.MayWrite] says which contexts those are) and writes, the
// database itself refuses it. The caller gets an error that is
// [guise.ErrReadOnly] for errors.Is and has the database's own in its chain,
// and nothing has changed. A page that answers it with a 5xx is replaced by one
// of Guise's that says why and leads to asking for write access.
//
// It decides anew by the context of every statement, even of one that another
// request prepared, or that runs in a transaction begun earlier. So the
// application must pass on its requests' contexts: what is called without one,
// as in db.Exec, is not guarded. A job gets its context from [guise.Resume].
//
// # What the application has to do
//
// Open its own handle with Open or New, and call QueryContext, ExecContext,
// BeginTx and their kin. Whatever must be able to write even in a read-only
// impersonation needs a separate handle that is not wrapped: Guise's store, a
// session library that writes on each request, the application's own access log.
// Both may lead to the same database.
//
// Transactions are begun with BeginTx. One that is begun as text (BEGIN,
// START TRANSACTION) is refused in a read-only impersonation on PostgreSQL and
// MariaDB, since it can't be known what the text does to the guard's own, and on
// SQLite in a text with other statements, since one of them that is refused would
// leave the transaction open.
//
// # How each engine is held
//
// SQLite: PRAGMA query_only, set and read back when a connection passes from
// writing to reading, and lifted when it passes back. While rows are read it is
// set anew if need be, since some drivers run a statement only then.
// Transactions are begun with ReadOnly, which modernc.org/sqlite turns into
// BEGIN DEFERRED whatever _txlock says; a driver that doesn't is refused the
// lock for writing.
//
// PostgreSQL: a statement outside a transaction runs in one of its own, from
// BEGIN READ ONLY to ROLLBACK. That takes two more round trips, but only while
// impersonating, and leaves no setting on the connection that a function could
// change back or that a pooler such as PgBouncer would hand to somebody else. A
// transaction is begun READ ONLY, and rolled back at its end even when it is
// committed, which undoes what PostgreSQL does not count as a write: large
// objects before version 16, NOTIFY. In one that was begun to write, before the
// impersonation's context was used in it, each statement stands between
// savepoints and is read-only there. SET, and SELECT set_config(…) with nothing else
// in the statement, run as they are. In any other statement, what set_config sets
// would be undone at the end, so it is refused outside of a transaction begun in the
// impersonation, as is DECLARE; what a DO block sets is undone.
//
// MariaDB and MySQL: the same with START TRANSACTION READ ONLY. What a
// procedure does in it can't be held, because a procedure may end it: CALL,
// PREPARE and EXECUTE are refused. So is every statement in a transaction that
// was begun to write, which can't be made read-only any more, and so is whatever
// changes tables or users rather than rows. A session without autocommit is in such
// a transaction all the time. Whether it is in one is asked when a text has run that
// may have begun or ended one, and once at the beginning. What names a function is
// prepared in a bracket too, since MariaDB runs some while it prepares.
//
// On each engine the text of a statement is looked at as well, only while
// impersonating, and only those kinds of statements reach the database that it
// is known to hold. COPY, LOCK, NOTIFY, VACUUM, ATTACH, a PRAGMA with a value,
// SELECT … INTO OUTFILE, the end of the transaction, or a SET that would lift
// the guard are refused by sqlguard itself. SET of anything else, SAVEPOINT and
// set_config are let through. A text is looked at in each way in which the server
// may read it, by its settings and by the connection's character set: so a text that
// is harmless in one of them can be refused, such as 'it\'s; fine'. Of an argument's
// methods only pgx's own may make another text of it (NamedArgs).
//
// # What it can't hold
//
// What a function does outside the database, or over a connection of its own
// (dblink, a foreign server's side effects, a function in Go registered with
// SQLite).
//
// What PostgreSQL lets a superuser, or someone to whom one granted it, do to the
// server by calling a function, even in a read-only transaction: replication
// slots, pg_switch_wal, pg_logical_emit_message, pg_reload_conf, pg_stat_reset,
// pg_terminate_backend, lo_export. None of them changes a row. An application's
// own role should not be a superuser; then the server refuses.
//
// Advisory locks and user variables: they are not data. Temporary tables, on
// PostgreSQL and MariaDB, where a session may write its own. What is done on the
// driver's own connection, which [Unwrap] therefore gives out only where the
// context may write.
package sqlguard
