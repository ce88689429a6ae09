package sqlguard

// postgresLexings: with standard_conforming_strings off, a backslash escapes
// in every string.
var postgresLexings = []lexing{
	{prefixed: true, dollars: true, nested: true, returns: true},
	{prefixed: true, dollars: true, nested: true, returns: true, escapes: true},
}

// judgePostgres leaves to the transaction whatever READ ONLY covers. It refuses
// the end of the transaction, which only a separate statement can be, SET
// TRANSACTION READ WRITE as the first of a transaction, and what PostgreSQL does
// not count as a write.
func judgePostgres(s statement) verdict {
	switch {
	case s.head("SELECT") && s.onlySettings():
		return plain
	case s.head("SELECT", "WITH", "VALUES", "TABLE") && s.names("set_config"), s.head("DECLARE"):
		return fleeting
	case s.head("SELECT", "WITH", "VALUES", "TABLE", "SHOW", "EXPLAIN",
		"INSERT", "UPDATE", "DELETE", "MERGE",
		"CREATE", "DROP", "TRUNCATE", "COMMENT", "GRANT", "REVOKE", "REFRESH",
		"DO", "CALL", "EXECUTE", "DEALLOCATE", "FETCH", "MOVE", "CLOSE"):
		return judged
	case s.head("ALTER") && !s.at(1, "SYSTEM"), s.head("PREPARE") && !s.at(1, "TRANSACTION"):
		return judged
	case s.head("SET", "RESET"):
		if s.names("transaction_read_only", "default_transaction_read_only") || s.follow("READ", "WRITE") {
			return refused
		}
		return plain
	case s.head("SAVEPOINT", "RELEASE"), s.head("ROLLBACK") && s.rollsBackTo():
		return control
	}
	return refused
}

// rollsBackTo: ROLLBACK [WORK | TRANSACTION] TO …
func (s statement) rollsBackTo() bool {
	return s.at(1, "TO") || s.at(1, "WORK", "TRANSACTION") && s.at(2, "TO")
}
