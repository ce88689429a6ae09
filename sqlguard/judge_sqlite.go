package sqlguard

import "strings"

// sqliteLexings: a backslash means nothing to SQLite.
var sqliteLexings = []lexing{{brackets: true}}

// judgeSQLite leaves to query_only whatever writes to a database that is open.
// That does not cover opening another one, VACUUM, or being turned off.
func judgeSQLite(s statement) verdict {
	if s.head("EXPLAIN") {
		rest := s.tokens[1:]
		if s.at(1, "QUERY") && s.at(2, "PLAN") {
			rest = s.tokens[3:]
		}
		return judgeSQLite(statement{rest, s.alone}) // a PRAGMA takes effect even when it is explained
	}
	switch {
	case s.head("SELECT", "WITH", "VALUES", "INSERT", "REPLACE", "UPDATE", "DELETE",
		"CREATE", "ALTER", "DROP", "ANALYZE", "REINDEX"):
		return judged
	case s.head("BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE"):
		// Alone: in a text with others, one that is refused would leave the
		// transaction open, and whoever gets the connection next would write into
		// it what is never committed.
		return control
	case s.head("PRAGMA"):
		return judgePragma(s.tokens[1:])
	}
	return refused
}

// Pragmas that only report something, with an argument or without.
var telling = map[string]bool{
	"collation_list": true, "compile_options": true, "database_list": true, "foreign_key_check": true,
	"foreign_key_list": true, "function_list": true, "index_info": true, "index_list": true, "index_xinfo": true,
	"integrity_check": true, "module_list": true, "pragma_list": true, "quick_check": true, "stats": true,
	"table_info": true, "table_list": true, "table_xinfo": true,
}

// Pragmas that report a setting when they have no argument.
var settings = map[string]bool{
	"analysis_limit": true, "application_id": true, "auto_vacuum": true, "automatic_index": true, "busy_timeout": true,
	"cache_size": true, "cache_spill": true, "cell_size_check": true, "checkpoint_fullfsync": true, "data_version": true,
	"default_cache_size": true, "defer_foreign_keys": true, "encoding": true, "foreign_keys": true,
	"freelist_count": true, "fullfsync": true, "hard_heap_limit": true, "ignore_check_constraints": true,
	"journal_mode": true, "journal_size_limit": true, "legacy_alter_table": true, "locking_mode": true,
	"max_page_count": true, "mmap_size": true, "page_count": true, "page_size": true, "query_only": true,
	"read_uncommitted": true, "recursive_triggers": true, "reverse_unordered_selects": true, "schema_version": true,
	"secure_delete": true, "soft_heap_limit": true, "synchronous": true, "temp_store": true, "threads": true,
	"trusted_schema": true, "user_version": true, "wal_autocheckpoint": true, "writable_schema": true,
}

// judgePragma: PRAGMA [schema .] name [= value | (value)].
func judgePragma(tokens []token) verdict {
	if len(tokens) > 2 && tokens[1].marks(".") {
		tokens = tokens[2:]
	}
	if len(tokens) == 0 {
		return refused
	}
	pragma := strings.ToLower(tokens[0].text)
	if telling[pragma] || settings[pragma] && len(tokens) == 1 {
		return judged
	}
	return refused
}
