package console

import (
	"cmp"
	"html/template"
	"net/url"
	"slices"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/internal/language"
)

// words are what templates say things with in one language: the functions that
// they call. None of them looks at the page.
type words struct {
	language.Texts
	original language.Texts // in which refusals come
	options  guise.ConsoleOptions
	versions map[string]string // of each asset, by its name
}

// functions are by the names that templates call them.
func (w *words) functions() template.FuncMap {
	return template.FuncMap{
		"T": w.T, "count": w.count, "record": w.amount, "span": w.span,
		"bdi": bdi, "short": short, "mail": mail, "line": line,
		"moment": toMinute, "second": toSecond, "day": dayUTC,
		"person": w.person, "title": w.title, "initials": initials, "otherMail": otherMail, "marks": w.marks,
		"two": w.two, "mode": w.mode, "state": w.state, "code": w.code, "links": links, "items": items, "options": options,
		"modeName": w.modeName, "stateName": w.stateName, "causeName": w.causeName,
		"ruleName": w.ruleName, "endedSentence": w.endedSentence, "why": w.why, "because": w.because,
		"modes": w.modes, "startModes": w.startModes, "durations": w.durations, "at": at,
		"causeChoices": w.causeChoices, "modeChoices": w.modeChoices,
		"firstDay": firstDay, "lastDay": lastDay, "filtered": filtered, "detailed": detailed,
		"found": w.found, "chart": chartOf, "ofActor": ofActor, "ofSubject": ofSubject,
		"nextParam": w.nextParam, "newWindow": w.newWindow,
	}
}

// T is the text for a key; pairs are the names and values of its placeholders. A
// value is cut to a line, and isolated from the direction of the text around it.
// An unknown key stands for itself.
func (w *words) T(key string, pairs ...string) string {
	pairs = slices.Clone(pairs)
	for i := 1; i < len(pairs); i += 2 {
		pairs[i] = isolate(line(pairs[i]))
	}
	return w.Text(key, pairs...)
}

// known is the text for a key, or "" when there is none.
func (w *words) known(key string) string {
	if text := w.Text(key); text != key {
		return text
	}
	return ""
}

// named is the text for something that the application can have more of than
// the catalogue knows, such as modes; an unknown one keeps its own name.
func (w *words) named(prefix, name string) string {
	if text := w.known(prefix + name); text != "" {
		return text
	}
	return line(name)
}

// modeName is what people call a mode.
func (w *words) modeName(m guise.Mode) string { return w.named("mode.", string(m)) }

// modeHint says in a sentence what a mode may do; "" for an application's own.
func (w *words) modeHint(m guise.Mode) string { return w.known("mode." + string(m) + ".hint") }

// ruleName says what must hold for a rule to let someone act as someone else.
func (w *words) ruleName(code string) string { return w.named("rule.", code) }

// stateName is what people call a state.
func (w *words) stateName(s guise.State) string { return w.named("state.", string(s)) }

// kindName is what people call a kind of event.
func (w *words) kindName(k guise.Kind) string { return w.named("kind.", string(k)) }

// causeName is what people call a cause.
func (w *words) causeName(c guise.Cause) string { return w.named("cause.", string(c)) }

// codeName says why something was refused, to whoever reads about it later; ""
// for a code of the application's own.
func (w *words) codeName(code string) string { return w.known("code." + code) }

// limitName says in a sentence which limit somebody reached.
func (w *words) limitName(code string) string { return w.named("limit.", code) }

// why is the sentence of a refusal: one of Guise's own in the page's language,
// one of the application's as it is, whatever its code.
func (w *words) why(refusal *guise.DeniedError) string {
	key := "why." + refusal.Code
	if w.original.Text(key) == refusal.Sentence {
		return w.Text(key)
	}
	return refusal.Sentence
}

// endedSentence tells the actor why it is over.
func (w *words) endedSentence(c guise.Cause) string {
	if c == "" || !c.Known() {
		return w.T("ended.unknown")
	}
	return w.T("ended." + string(c))
}

// asset is the address of a file of assets/ under the base path, "" when there is
// no such file.
func (w *words) asset(name string) string {
	version, has := w.versions[name]
	if !has {
		return ""
	}
	return (&url.URL{Path: "assets/" + name}).EscapedPath() + "?v=" + version
}

// nextParam is the name of the field that says where to go afterwards.
func (w *words) nextParam() string { return cmp.Or(w.options.NextParam, "next") }

// newWindow says whether acting as someone opens a new window.
func (w *words) newWindow() bool { return w.options.NewWindow }
