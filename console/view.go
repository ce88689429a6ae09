package console

import (
	"cmp"
	"html/template"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/internal/language"
)

// view is the dot of a template: the page, and what a template can ask for.
type view struct {
	guise.Page
	console *console
	texts   language.Texts
}

// part is the dot of a shared piece: the view, and what the piece shows.
type part struct {
	*view
	It any
}

// view makes the dot. Language and direction are those of the texts, which may
// differ from those asked for; a screen reader reads them as what they are.
func (c *console) view(page guise.Page) *view {
	texts := c.texts.In(page.Lang)
	page.Lang, page.Dir = texts.Lang, texts.Dir
	return &view{page, c, texts}
}

// With is the dot for a shared piece that shows this.
func (v *view) With(it any) part { return part{v, it} }

// T is the text for a key, in the page's language; pairs are the names and
// values of its placeholders. A value is cut to a line, and isolated from the
// direction of the text around it. An unknown key stands for itself.
func (v *view) T(key string, pairs ...string) string {
	pairs = slices.Clone(pairs)
	for i := 1; i < len(pairs); i += 2 {
		pairs[i] = isolate(line(pairs[i]))
	}
	return v.texts.Text(key, pairs...)
}

// known is the text for a key, or "" when there is none.
func (v *view) known(key string) string {
	if text := v.texts.Text(key); text != key {
		return text
	}
	return ""
}

// named is the text for something that the application can have more of than
// the catalogue knows, such as modes; an unknown one keeps its own name.
func (v *view) named(prefix, name string) string {
	if text := v.known(prefix + name); text != "" {
		return text
	}
	return line(name)
}

// ModeName is what people call a mode.
func (v *view) ModeName(m guise.Mode) string { return v.named("mode.", string(m)) }

// ModeHint says in a sentence what a mode may do; "" for an application's own.
func (v *view) ModeHint(m guise.Mode) string { return v.known("mode." + string(m) + ".hint") }

// RuleName says what must hold for a rule to let someone act as someone else.
func (v *view) RuleName(code string) string { return v.named("rule.", code) }

// Why is the sentence of a refusal: one of Guise's own in the page's language,
// one of the application's as it is, whatever its code.
func (v *view) Why(refusal *guise.DeniedError) string {
	key := "why." + refusal.Code
	if v.console.texts.In(language.Default).Text(key) == refusal.Sentence {
		return v.texts.Text(key)
	}
	return refusal.Sentence
}

// AllRefused is why nobody in a list can be acted as, when that is because the
// viewer acts as someone already: it is said once, above the list. It is nil in
// any other case.
func (v *view) AllRefused(rows []guise.UserRow) *guise.DeniedError {
	for _, row := range rows {
		if row.WhyNot == nil || row.WhyNot.Code != "already-impersonating" {
			return nil
		}
	}
	return rows[0].WhyNot
}

// StateName is what people call a state.
func (v *view) StateName(s guise.State) string { return v.named("state.", string(s)) }

// CodeName says why something was refused, to whoever reads about it later; ""
// for a code of the application's own.
func (v *view) CodeName(code string) string { return v.known("code." + code) }

// CauseName is what people call a cause.
func (v *view) CauseName(c guise.Cause) string { return v.named("cause.", string(c)) }

// EndedSentence tells the actor why it is over.
func (v *view) EndedSentence(c guise.Cause) string {
	if c == "" || !c.Known() {
		return v.T("ended.unknown")
	}
	return v.T("ended." + string(c))
}

// URL is an address of the console: URL "users" id is that of a user. A part
// may hold anything, slashes too.
func (v *view) URL(parts ...string) string {
	escaped := make([]string, len(parts))
	for i, p := range parts {
		escaped[i] = url.PathEscape(p)
	}
	return v.BasePath + strings.Join(escaped, "/")
}

// Asset is the address of a file of assets/, or "" when there is no such file.
func (v *view) Asset(name string) string {
	version, has := v.console.versions[name]
	if !has {
		return ""
	}
	return v.URL(append([]string{"assets"}, strings.Split(name, "/")...)...) + "?v=" + version
}

// NextParam is the name of the field that says where to go afterwards.
func (v *view) NextParam() string { return cmp.Or(v.console.options.NextParam, "next") }

// NewWindow says whether acting as someone opens a new window.
func (v *view) NewWindow() bool { return v.console.options.NewWindow }

// Own reports whether the viewer is the one who acts, or acted.
func (v *view) Own(i guise.Impersonation) bool {
	return v.Viewer != nil && v.Viewer.ID != "" && v.Viewer.ID == i.Actor.ID
}

// MayEnd reports whether to offer to end an impersonation: one's own always,
// somebody else's to those who have the right.
func (v *view) MayEnd(i guise.Impersonation) bool {
	return i.State == guise.StateActive && (v.Own(i) || v.Viewer.May(guise.ActionRevoke))
}

// Progress is what a running impersonation has done so far.
func (v *view) Progress(id string) guise.Progress {
	data, _ := v.Data.(guise.LiveData)
	return data.Progress[id]
}

// MayFind and MaySeeLog say which pages to offer. Whoever may find users sees in
// the log what they did themselves.
func (v *view) MayFind() bool { return v.Viewer.May(guise.ActionFind) }

// MaySeeLog is described at MayFind; it is also for what runs right now.
func (v *view) MaySeeLog() bool { return v.MayFind() || v.Viewer.May(guise.ActionSee) }

// MayExport and MayExplain say what else to offer: the log as a file, and the
// question about people other than oneself.
func (v *view) MayExport() bool { return v.Viewer.May(guise.ActionExport) }

// MayExplain is described at MayExport.
func (v *view) MayExplain() bool { return v.Viewer.May(guise.ActionExplain) }

// Home is where "back to the application" leads.
func (v *view) Home() string {
	if v.HomeURL == "" {
		return "/"
	}
	return v.HomeURL
}

// Onward is where the page about the end leads: data.ContinueURL, or home.
func (v *view) Onward(data guise.EndedData) string {
	if data.ContinueURL == "" {
		return v.Home()
	}
	return data.ContinueURL
}

// Time is a moment: exact for programs, to the minute for people.
func (v *view) Time(t time.Time) template.HTML { return moment(t, "2006-01-02 15:04", "") }

// Day is the day of a moment, in UTC.
func (v *view) Day(t time.Time) string { return t.UTC().Format("2006-01-02 UTC") }

// Record is a text with the number of a record in it.
func (v *view) Record(key string, seq int64) string { return v.amount(key, seq) }

// Second is Time to the second, for moments that are close together.
func (v *view) Second(t time.Time) template.HTML {
	return moment(t, "2006-01-02 15:04:05", ` class="second"`)
}

// Clock is Time to the second, under a heading with the day.
func (v *view) Clock(t time.Time) template.HTML { return moment(t, "15:04:05", ` class="clock"`) }

// moment is made of digits and constants alone, so nothing in it needs escaping.
func moment(t time.Time, layout, attributes string) template.HTML {
	if t.IsZero() {
		return "–"
	}
	t = t.UTC()
	exact := t.Format(time.RFC3339Nano)
	return template.HTML(`<time datetime="` + exact + `" title="` + exact + `"` + attributes + `>` + t.Format(layout) + ` UTC</time>`)
}
