package guise

import (
	"errors"
	"html/template"
	"io/fs"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/guise-go/guise/internal/csp"
	"github.com/guise-go/guise/internal/language"
)

// banner puts the banner on pages. What is inline in it never differs, so that
// a page's Content-Security-Policy can admit it by hash.
type banner struct {
	template      *template.Template
	moulds        *moulds // nil for a template of the application's
	style, script template.HTML
	inline        csp.Inline
}

// BannerData is what banner.html, the banner's template, shows: the built-in
// one, or that of Config.Templates. The template must make one element, with
// Style and Script in it as they are, a form that posts to StopURL, and nothing
// else that is inline. Style and Script hold banner.css and banner.js; the
// latter must contain neither < nor &.
type BannerData struct {
	// Lang and Dir are the language and its direction, for the attributes.
	Lang, Dir string
	// ID is that of the impersonation.
	ID string
	// Style and Script are the elements with banner.css and banner.js.
	Style, Script template.HTML
	// AsSelf says that on this page the actor is themselves.
	AsSelf bool
	// Headline says as whom the page is seen; You says who is really there or,
	// with AsSelf, as whom other pages are seen. A part with a Name stands for
	// a person; its Text is what they are called.
	Headline, You []BannerPart
	// Address is the subject's e-mail address, unless that is in the headline.
	Address string
	// Mode and Left name the mode and the time left.
	Mode, Left string
	// Now and Expires are in milliseconds since 1970; Expires is 0 for no limit.
	Now, Expires int64
	// StatusURL, StopURL, LeaveURL and WriteURL lead to the endpoints status,
	// stop, leave and mode; WriteURL is "" when more would not be granted.
	StatusURL, StopURL, LeaveURL, WriteURL string

	texts language.Texts
}

// BannerPart is a part of a sentence on the banner: its Text, and the Name of the
// placeholder that it fills, such as "subject"; "" for the words between.
type BannerPart = language.Part

// Text is a text of the banner's catalogue, such as "banner.stop".
func (d BannerData) Text(key string) string { return d.texts.Text(key) }

// newBanner loads the banner's files, each from the overlay if that has it.
func newBanner(overlay fs.FS) (*banner, error) {
	files := map[string]string{"banner.html": "", "banner.css": "", "banner.js": ""}
	for name := range files {
		content, err := readOverlaid(overlay, name)
		if err != nil {
			return nil, err
		}
		files[name] = content
	}
	parsed, err := template.New("banner.html").Parse(files["banner.html"])
	if err != nil {
		return nil, err
	}
	b := &banner{
		template: parsed,
		// The operator's own files: nothing from a user is in them.
		style:  template.HTML("<style>" + files["banner.css"] + "</style>"),
		script: template.HTML("<script>" + files["banner.js"] + "</script>"),
		inline: csp.Inline{Style: csp.Hash(files["banner.css"]), Script: csp.Hash(files["banner.js"])},
	}
	if files["banner.html"] == mustRead("web/banner.html") {
		b.moulds = &moulds{}
	}
	return b, b.try()
}

// try makes sure that the template works before anyone depends on it.
func (b *banner) try() error {
	const stop, subject = "/try/stop", "Try Subject"
	html, err := b.execute(BannerData{
		Style: b.style, Script: b.script, StopURL: stop, Headline: []BannerPart{{Name: "subject", Text: subject}},
	})
	switch {
	case err != nil:
		return err
	case !strings.Contains(html, `action="`+stop+`"`):
		return errors.New(`banner.html has no form with action="{{.StopURL}}": nobody could leave`)
	case !strings.Contains(html, subject):
		return errors.New("banner.html does not show .Headline: nobody could see whose page it is")
	case strings.Contains(string(b.script), "&") || strings.Count(string(b.script), "<") != 2:
		return errors.New("banner.js holds < or &, which an XHTML page would take for markup")
	}
	return nil
}

func (b *banner) html(data BannerData) (string, error) {
	if b.moulds == nil {
		return b.execute(data)
	}
	return b.moulds.html(data, b.execute)
}

func (b *banner) execute(data BannerData) (string, error) {
	var buffer strings.Builder
	buffer.Grow(len(b.style) + len(b.script) + 4096)
	err := b.template.Execute(&buffer, data)
	return ascii(strings.TrimSpace(buffer.String())), err
}

// bannerHTML is the banner as it is at this moment.
func (v *visit) bannerHTML(who *acting) string {
	html, err := v.banner.html(v.bannerData(who))
	if err != nil {
		// Fail closed: a page without the banner must not be shown.
		v.config.Logger.ErrorContext(v.r.Context(), "guise: the banner could not be rendered; the page was aborted", "error", err)
		panic(http.ErrAbortHandler)
	}
	return html
}

func (v *visit) bannerData(who *acting) BannerData {
	i, now, texts := who.impersonation, v.now(), v.texts()
	base := v.absoluteBase()
	data := BannerData{
		texts: texts, Lang: texts.Lang, Dir: texts.Dir,
		Style: v.banner.style, Script: v.banner.script, ID: i.ID, AsSelf: who.asSelf,
		Headline: texts.Parts("banner.acting", "subject", shortened(i.Subject.Label())),
		You:      texts.Parts("banner.you", "actor", shortened(i.Actor.Label())),
		Mode:     modeText(texts, i.Mode), Left: timeLeft(texts, i, now), Now: now.UnixMilli(),
		StatusURL: base + "status", StopURL: base + "stop", LeaveURL: base + "leave",
	}
	if who.asSelf {
		data.Headline = texts.Parts("banner.excluded", "actor", shortened(i.Actor.Label()))
		data.You = texts.Parts("banner.elsewhere", "subject", shortened(i.Subject.Label()))
	} else if i.Subject.Email != i.Subject.Label() {
		data.Address = shortened(i.Subject.Email)
	}
	if !i.ExpiresAt.IsZero() {
		data.Expires = i.ExpiresAt.UnixMilli()
	}
	if i.Mode == ReadOnly && v.mayAsk(i, ReadWrite) {
		data.WriteURL = base + "mode"
	}
	return data
}

// mayAsk reports whether asking for the mode would be granted.
func (v *visit) mayAsk(i Impersonation, mode Mode) bool {
	ask := v.askAgain(i)
	ask.Mode = mode
	return v.checkChain(v.r.Context(), ask, v.startedAs(ask.Actor)) == nil
}

// absoluteBase is BasePath with the host, so that a <base> in the page does
// not send the banner's form elsewhere.
func (v *visit) absoluteBase() string {
	host := v.publicHost()
	if host == "" || strings.ContainsAny(host, "/\\?#@ \"'<>%") {
		return v.base(v.r)
	}
	return "//" + host + v.base(v.r)
}

// shortened keeps a name from pushing everything else off the banner, and from
// turning the words beside it around.
func shortened(name string) string {
	const most = 80
	name = strings.Map(settled, clean(name, maxName))
	if runes := []rune(name); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return name
}

// settled takes out the marks by which a text embeds, overrides or isolates:
// one that closes an isolate closes the <bdi> around the name too. What XML does
// not allow (XML 1.0, production 2) would keep an XHTML page from being shown.
func settled(r rune) rune {
	switch {
	case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
		return -1
	case r < ' ', r == '\ufffe', r == '\uffff':
		return '\ufffd'
	}
	return r
}

func modeText(texts language.Texts, mode Mode) string {
	switch mode {
	case ReadOnly, ReadWrite:
		return texts.Text("banner.mode." + string(mode))
	}
	return string(mode) // the application's own name for it
}

// timeLeft says how long the impersonation may still run.
func timeLeft(texts language.Texts, i Impersonation, now time.Time) string {
	if i.ExpiresAt.IsZero() {
		return texts.Text("banner.nolimit")
	}
	left := i.ExpiresAt.Sub(now)
	minutes := int((left + time.Minute - 1) / time.Minute)
	switch {
	case left < time.Minute:
		return texts.Text("banner.left_less")
	case minutes < 60:
		return texts.Text("banner.left", "minutes", strconv.Itoa(minutes))
	}
	return texts.Text("banner.left_hours", "hours", strconv.Itoa(minutes/60), "minutes", strconv.Itoa(minutes%60))
}

// undecodable is the page in place of one that can't carry the banner.
func (v *visit) undecodable(string) string {
	return v.plainPage(Page{Name: PageProblem, Data: ProblemData{
		Title:  "This page can't be shown while impersonating",
		Detail: "The application sent it compressed in a way that can't be opened here, so it would have come without the banner. Let the application compress pages outside of Guise's middleware, or honour Accept-Encoding.",
	}})
}
