package sqlguard

// mysqlLexings: a backslash escapes unless NO_BACKSLASH_ESCAPES is on, and
// doesn't in "…" where ANSI_QUOTES makes that a name.
var mysqlLexings = []lexing{
	{hash: true, escapes: true, nameEscapes: true},
	{hash: true, escapes: true},
	{hash: true},
}

// judgeMySQL leaves to the transaction what changes rows. It refuses what ends
// the transaction, and procedures and text made at run time, which may do
// anything; what changes tables, users or the server, much of which ends it too;
// and files.
func judgeMySQL(s statement) verdict {
	switch {
	case s.head("SELECT", "WITH", "VALUES", "TABLE", "SHOW", "DESC", "DESCRIBE", "EXPLAIN", "HELP",
		"INSERT", "REPLACE", "UPDATE", "DELETE", "DO", "USE"):
		if s.names("OUTFILE", "DUMPFILE") {
			return refused
		}
		return judged
	case s.head("SET"):
		s = s.withoutUserVariables()
		if s.names("tx_read_only", "transaction_read_only", "WRITE", "autocommit", "completion_type",
			"GLOBAL", "PERSIST", "PERSIST_ONLY", "PASSWORD", "STATEMENT", "ROLE") || !s.alone && s.names("sql_mode") {
			return refused
		}
		return judged // it may call a function
	case s.head("SAVEPOINT", "RELEASE"), s.head("ROLLBACK") && s.rollsBackTo():
		return control
	}
	return refused
}

// withoutUserVariables leaves out the names behind a single @, which may be any
// word. Behind @@ is a setting.
func (s statement) withoutUserVariables() statement {
	tokens := s.tokens
	s.tokens = nil
	for n, t := range tokens {
		variable := n > 0 && tokens[n-1].marks("@") && (n == 1 || !tokens[n-2].marks("@"))
		if !variable || t.kind == mark {
			s.tokens = append(s.tokens, t)
		}
	}
	return s
}
