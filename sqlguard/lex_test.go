package sqlguard

import (
	"strings"
	"testing"
)

// hidden are texts in which the server finds a statement that another way of
// reading them takes for a string or a comment.
var hidden = map[Engine][]string{
	Postgres: {
		"SELECT E'a'\n'\\' x ', '\\'; COMMIT; DELETE FROM notes; --'", // a string goes on in the next line
		"SELECT E'a' -- b\n  '\\' x ', '\\'; COMMIT; DELETE FROM notes; --'",
		"SELECT 1a$$; COMMIT; DELETE FROM notes; --$$", // a$$ is a name before version 15
		// A backslash that is half of a character, in gbk and in sjis.
		"SELECT E'\x95\\'; COMMIT; DELETE FROM notes; --'",
		"SELECT E'\xb1\x95\\'; COMMIT; DELETE FROM notes; --'",
		"SELECT E'\\\x95\\'; COMMIT; DELETE FROM notes; --'", // escaped as a whole
		"SELECT E'€\\'; COMMIT; DELETE FROM notes; --'",      // UTF-8, read as gbk
	},
	MySQL: {
		"SELECT 1 --\x7f'\n; COMMIT; DELETE FROM notes; -- '",
		"SELECT 1 --\xa0'\n; COMMIT; DELETE FROM notes; -- '",               // a space in latin1
		"SELECT /*+ QB_NAME(`*/`) */ 1; COMMIT; DELETE FROM notes; -- `\n",  // to MySQL, not to MariaDB
		"SELECT /*+ QB_NAME(\"*/\") */ 1; COMMIT; DELETE FROM notes; -- \"", // with ANSI_QUOTES
		"SELECT 1 AS [']; COMMIT; DELETE FROM notes; -- ']",                 // with sql_mode=MSSQL
		"SELECT 1 AS ['] INTO OUTFILE '/tmp/x'",
		"SELECT '\xbf\\', '\\' \xbf\\' INTO OUTFILE '/tmp/x' -- '", // in gbk
		"SET @a = '\xbf\\', @b = '\\' \xbf\\', GLOBAL max_connect_errors = 77 -- '",
		"SELECT `\xbf``; COMMIT; DELETE FROM notes; -- `",
	},
}

func TestVerdict_NothingIsHidden(t *testing.T) {
	for engine, texts := range hidden {
		for _, text := range texts {
			if v, err := dialects[engine].verdict(text); v != refused || err == nil {
				t.Errorf("%s: %q is let through", engine, text)
			}
		}
	}
}

// What looks like the above but isn't is let through.
func TestVerdict_WhatIsClearIsLetThrough(t *testing.T) {
	for engine, texts := range map[Engine][]string{
		Postgres: {`SELECT E'é\'s', 'x'`, `SELECT E'it\'s', 'x'`, `SELECT E'a' || 'b'`, `SELECT 1.5e3, $1, $$a$$`},
		MySQL:    {"SELECT `qualité`, `名前` FROM `名前`", `SELECT '50 €\n'`, `SELECT 5--1`, "SELECT 1 --\tnote", "SELECT 1 --", `SELECT /*+ NO_ICP(t1) */ 1 FROM t1`, `SELECT /* it's */ 1`},
	} {
		for _, text := range texts {
			if v, err := dialects[engine].verdict(text); v != judged {
				t.Errorf("%s: %q is refused: %v", engine, text, err)
			}
		}
	}
}

// Whatever the text, it is read to its end, and no part of it twice.
func FuzzStatements(f *testing.F) {
	for _, texts := range hidden {
		for _, text := range texts {
			f.Add(text)
		}
	}
	for _, seed := range attacks {
		f.Add(seed.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for engine, dialect := range dialects {
			for _, lexing := range dialect.lexings {
				for s := text; ; {
					_, rest, ok := lexing.next(s)
					if !ok {
						break
					}
					if len(rest) >= len(s) || !strings.HasSuffix(s, rest) {
						t.Fatalf("%s: after %q comes %q", engine, s, rest)
					}
					s = rest
				}
			}
			if v, err := dialect.verdict(text); (v == refused) != (err != nil) {
				t.Fatalf("%s: %q is %d, %v", engine, text, v, err)
			}
		}
	})
}
