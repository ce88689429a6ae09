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
		if s.follow("OUTFILE") || s.follow("DUMPFILE") {
			return refused
		}
		return judged
	case s.head("ANALYZE") && s.at(1, "SELECT", "FORMAT"):
		return judged // a plan that is carried out; ANALYZE TABLE is refused
	case s.setsIsolation():
		return plain
	case s.head("SET"):
		s = s.withoutUserVariables().outermost()
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

// callsMySQL reports whether something is called that may be a function. While it
// prepares, MariaDB runs one that is DETERMINISTIC, for an argument that has to be
// a constant.
func callsMySQL(s statement) bool {
	for i := range s.tokens {
		if s.marksAt(i+1, "(") && s.tokens[i].kind <= name && !s.at(i, "SELECT", "FROM", "JOIN", "ON", "USING", "WHERE", "AND", "OR",
			"NOT", "IN", "EXISTS", "BETWEEN", "BY", "HAVING", "UNION", "ALL", "DISTINCT", "CASE", "WHEN", "THEN", "ELSE", "VALUES", "SET") {
			return true
		}
	}
	return false
}

// setsIsolation: SET [SESSION | LOCAL] TRANSACTION ISOLATION LEVEL …. It is refused
// within a transaction, and so within a bracket.
func (s statement) setsIsolation() bool {
	return s.head("SET") && !s.follow("WRITE") &&
		(s.at(1, "TRANSACTION") || s.at(1, "SESSION", "LOCAL") && s.at(2, "TRANSACTION")) && len(s.tokens) < 9
}

// outermost leaves out what stands in parentheses: there, nothing is set.
func (s statement) outermost() statement {
	tokens, depth := s.tokens, 0
	s.tokens = nil
	for _, t := range tokens {
		switch {
		case t.marks("("):
			depth++
		case t.marks(")"):
			depth--
		case depth <= 0:
			s.tokens = append(s.tokens, t)
		}
	}
	return s
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
