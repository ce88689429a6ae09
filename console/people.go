package console

import (
	"html/template"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/guise-go/guise"
)

// person is somebody's initials and how they are called.
func (w *words) person(u guise.User) template.HTML {
	if nameless(u) {
		return `<span class="person">` + w.called(u) + `</span>`
	}
	return `<span class="person">` + initials(u) + w.called(u) + `</span>`
}

// nameless reports whether an ID is all that is known of somebody: it was asked for
// by who may not look, or there is nobody of that ID.
func nameless(u guise.User) bool { return u.Name == "" && u.Email == "" && u.Username == "" }

// label is how somebody is called in a text.
func (w *words) label(u guise.User) string {
	if nameless(u) && u.ID != "" {
		return w.T("user.id") + " " + u.ID
	}
	return u.Label()
}

// name is how somebody is called in a list.
func (w *words) name(u guise.User) template.HTML {
	if nameless(u) {
		return quiet(short(w.label(u)))
	}
	return short(u.Label())
}

// title says who acts as whom.
func (w *words) title(i guise.Impersonation) string {
	return w.T("entry.title", "actor", w.label(i.Actor.User), "subject", w.label(i.Subject.User))
}

// called is how somebody is called, with their address where that is something else.
func (w *words) called(u guise.User) template.HTML {
	if nameless(u) {
		return `<span class="names">` + w.name(u) + `</span>`
	}
	address := otherMail(u)
	if address != "" {
		address = " " + quiet(address)
	}
	return `<span class="names"><span class="name">` + short(u.Label()) + `</span>` + address + `</span>`
}

// otherMail is somebody's address, "" where that is what they are called.
func otherMail(u guise.User) template.HTML {
	if u.Email == "" || u.Email == u.Label() {
		return ""
	}
	return mail(u.Email)
}

// nobodysInitials is the sign for those whose name has no letters.
const nobodysInitials = `<svg viewBox="0 0 24 24" width="20" height="20"><circle cx="12" cy="8.5" r="4"/><path d="M4 20.5c0-4 3.5-6 8-6s8 2 8 6z"/></svg>`

// initials are one or two letters that stand for a person, or else a sign, on a
// colour that stays with them.
func initials(u guise.User) template.HTML {
	sign := escaped(letters(line(u.Label())))
	if sign == "" {
		sign = nobodysInitials
	}
	hue := 0
	for _, b := range []byte(u.ID) {
		hue = (hue*31 + int(b)) % 6
	}
	return `<span class="initials hue-` + template.HTML(strconv.Itoa(hue)) + `" aria-hidden="true">` + sign + `</span>`
}

// letters are the first of a name's first and last word; "" where they have none.
func letters(name string) string {
	var first []rune
	for word := range strings.FieldsSeq(name) {
		if r, _ := utf8.DecodeRuneInString(word); unicode.IsLetter(r) || unicode.IsDigit(r) {
			first = append(first, unicode.ToUpper(r))
		}
	}
	if len(first) > 2 {
		first = []rune{first[0], first[len(first)-1]}
	}
	if len(first) == 2 && unicode.Is(unicode.Arabic, first[0]) {
		return string(first[0]) + zeroWidthNonJoiner + string(first[1])
	}
	return string(first)
}

// zeroWidthNonJoiner keeps two letters of a joining script from becoming one word.
const zeroWidthNonJoiner = "\u200c"

// userRow is a row of the list of users.
type userRow struct {
	URL                          string
	Who, Username, Tenant, Marks template.HTML
	// Act is the button's name for those who don't see what stands beside it;
	// without one there is WhyNot in its place.
	Act    string
	WhyNot template.HTML
}

// UserRows are the rows of the list of users.
func (v *view) UserRows(found []guise.UserRow) []userRow {
	rows := make([]userRow, len(found))
	for n, row := range found {
		address := v.URL("users", row.ID)
		rows[n] = userRow{
			URL: address, Who: linkTo(address, plain+asRow, v.words.person(row.User)),
			Username: shortIfAny(row.Username), Tenant: shortIfAny(row.Tenant), Marks: v.words.marks(row.User),
		}
		if row.CanImpersonate() {
			rows[n].Act = v.words.act(row.Label())
		} else {
			rows[n].WhyNot = short(v.words.why(row.WhyNot))
		}
	}
	return rows
}

func (w *words) act(name string) string {
	if w.newWindow() {
		return w.T("users.act-new", "name", name)
	}
	return w.T("users.act-as", "name", name)
}

// AllRefused is why nobody in a list can be acted as, when that is because the
// viewer acts as someone already: it is said once, above the list. It is "" in
// any other case.
func (v *view) AllRefused(rows []guise.UserRow) string {
	for _, row := range rows {
		if row.WhyNot == nil || row.WhyNot.Code != "already-impersonating" {
			return ""
		}
	}
	return v.words.why(rows[0].WhyNot)
}
