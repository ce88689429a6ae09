package sqlusers

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

func (x *sqliteIndex) ordered() bool { return x.inID }

// within leaves that to the planner, which begins with the tenants' index.
func (*sqliteIndex) within(d *Directory, s search) condition { return d.users(s.all(), s.limit) }

func (*sqliteIndex) finds(t term) bool { return utf8.RuneCountInString(t.text) >= gram }

// through joins from the index to the table, never the other way: CROSS JOIN
// keeps the planner from beginning with the Filter and looking up each of its
// users in the index. The index is in parentheses, so that its names can't be
// mixed up with those in the application's own expressions.
func (x *sqliteIndex) through(d *Directory, s search) (condition, bool) {
	found := condition{fmt.Sprintf("SELECT rowid AS guise_n FROM %s WHERE %s MATCH %s", x.in(x.fts), x.fts, mark), []any{matchAll(s.terms)}}
	if x.inID && s.after != nil {
		n, isNumber := integer(s.after.text)
		if !isNumber {
			return condition{}, false
		}
		found.sql += " AND rowid > " + mark
		found.args = append(found.args, n)
	}
	all := s.all()
	join, order := x.join(), d.inOrder
	if x.inID {
		order = " ORDER BY f.guise_n"
	}
	return condition{
		d.list + " FROM (" + found.sql + ") AS f " + join + " WHERE " + d.always + " AND (" + all.sql + ")" + order + " LIMIT +" + mark,
		slices.Concat(found.args, all.args, []any{s.limit}),
	}, true
}

// join leads from f.guise_n to the table. The first comparison is the table's
// own, by its index; the second excludes what only a collation equates.
func (x *sqliteIndex) join() string {
	if x.rowid {
		return fmt.Sprintf("CROSS JOIN %s AS u ON u.%s = f.guise_n", x.users(), x.quotedHandle())
	}
	return fmt.Sprintf("CROSS JOIN (SELECT n AS guise_k, id AS guise_id FROM %s) AS k ON k.guise_k = f.guise_n CROSS JOIN %s AS u ON u.%[3]s = k.guise_id AND u.%[3]s COLLATE BINARY = k.guise_id",
		x.in(x.keys), x.users(), x.quotedHandle())
}

// matchAll asks for the rows that have all trigrams of all terms, in FTS5's
// language.
func matchAll(terms []term) string {
	var all []string
	for _, t := range terms {
		for _, letters := range trigrams(t.text) {
			all = append(all, "("+strings.Join(spelledApart(letters), " OR ")+")")
		}
	}
	return strings.Join(all, " AND ")
}

// spelledApart is the trigram in all spellings that FTS5 takes for different
// ones, each in quotes.
func spelledApart(letters []rune) []string {
	all := []string{""}
	for _, letter := range letters {
		spellings := []rune{letter}
		for _, other := range cases(letter) {
			if unicode.Is(apart, other) {
				spellings = append(spellings, other)
			}
		}
		var longer []string
		for _, begun := range all {
			for _, r := range spellings {
				longer = append(longer, begun+string(r))
			}
		}
		all = longer
	}
	for i, text := range all {
		all[i] = `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
	}
	return all
}

// apart are the letters that Unicode equates with others but FTS5, which goes by
// Unicode 6.1, does not: a search has to ask it for both. A letter too many here
// costs a needless question; one too few would hide people, so
// TestFTS5_EquatesAllOtherCases looks at every letter.
var apart = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x03f3, 0x03f3, 1}, {0x0529, 0x052f, 2}, {0x13f8, 0x13fd, 1}, {0x1c80, 0x1c8a, 1}, {0x1c90, 0x1cba, 1}, {0x1cbd, 0x1cbf, 1},
		{0x2c5f, 0x2c5f, 1}, {0xa64a, 0xa64b, 1}, {0xa699, 0xa69b, 2}, {0xa797, 0xa79f, 2}, {0xa7ab, 0xa7ae, 1}, {0xa7b0, 0xa7b2, 1},
		{0xa7b5, 0xa7c3, 2}, {0xa7c4, 0xa7dc, 1}, {0xa7f6, 0xa7f6, 1}, {0xab53, 0xab53, 1}, {0xab70, 0xabbf, 1},
	},
	R32: []unicode.Range32{
		{0x104d8, 0x104fb, 1}, {0x10597, 0x105bc, 1}, {0x10cc0, 0x10cf2, 1}, {0x10d50, 0x10d85, 1}, {0x118c0, 0x118df, 1},
		{0x16e60, 0x16e7f, 1}, {0x16ea0, 0x16ed3, 1}, {0x1e922, 0x1e943, 1},
	},
}
