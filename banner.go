package guise

import (
	"context"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/guise-go/guise/internal/csp"
	"github.com/guise-go/guise/internal/inject"
	"github.com/guise-go/guise/internal/language"
)

// banner puts the banner on pages. What is inline in it never differs, so that
// a page's Content-Security-Policy can admit it by hash.
type banner struct {
	style, script template.HTML
	inline        csp.Inline
}

func newBanner() *banner {
	// Both are files of this package's own: nothing of a user's is in them.
	return &banner{
		style:  template.HTML("<style>" + bannerStyle + "</style>"),
		script: template.HTML("<script>" + bannerScript + "</script>"),
		inline: csp.Inline{Style: csp.Hash(bannerStyle), Script: csp.Hash(bannerScript)},
	}
}

// serveBannered lets next answer, with the banner on what it answers if that
// is a page, and returns the status.
func (v *visit) serveBannered(r *http.Request, next http.Handler, who *acting) int {
	id := who.impersonation.ID
	options := inject.Options{Undecodable: v.undecodable}
	if v.jar != nil && !who.asSelf {
		options.Header = v.partition(id)
	}
	if !v.config.InsecureNoBanner {
		options.Snippet = func() inject.Snippet {
			return inject.Snippet{HTML: v.bannerHTML(who), Inline: v.banner.inline}
		}
	}
	if v.config.BannerPlace == BannerLast {
		options.Place = inject.BeforeBodyEnd
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	opened := &connection{cancel: cancel}
	options.Released = func() { v.open.remove(id, opened) }
	r = r.WithContext(ctx)
	opened.response = inject.New(v.w, r, options)
	v.open.add(id, opened)
	response := opened.response
	response.Serve(next, r)
	return max(response.Status(), http.StatusOK)
}

// partition puts the cookies that the application sets into the partition.
// What stands in the header before the application is called isn't its own.
func (v *visit) partition(id string) func(http.Header) {
	before := v.w.Header()["Set-Cookie"]
	v.w.Header().Del("Set-Cookie")
	return func(header http.Header) {
		v.jar.Keep(header, id)
		if all := append(before, header["Set-Cookie"]...); len(all) > 0 {
			header["Set-Cookie"] = all
		}
	}
}

// bannerData is what the banner's template shows.
type bannerData struct {
	language.Texts
	Style, Script                          template.HTML
	ID                                     string
	AsSelf                                 bool
	Headline, You                          []language.Part
	Address, Mode, Left                    string
	Now, Expires                           int64 // milliseconds since 1970
	StatusURL, StopURL, LeaveURL, WriteURL string
}

// bannerHTML is the banner as it is at this moment.
func (v *visit) bannerHTML(who *acting) string {
	i, now, texts := who.impersonation, v.now(), v.texts()
	base := v.absoluteBase()
	data := bannerData{
		Texts: texts, Style: v.banner.style, Script: v.banner.script, ID: i.ID, AsSelf: who.asSelf,
		Headline: texts.Parts("banner.acting", "subject", shortened(i.Subject.Label())),
		You:      texts.Parts("banner.you", "actor", shortened(i.Actor.Label())),
		Mode:     modeText(texts, i.Mode), Left: timeLeft(texts, i, now), Now: now.UnixMilli(),
		StatusURL: base + "status", StopURL: base + "stop", LeaveURL: base + "leave",
	}
	if who.asSelf {
		data.Headline = texts.Parts("banner.excluded", "actor", shortened(i.Actor.Label()))
	} else if i.Subject.Email != i.Subject.Label() {
		data.Address = shortened(i.Subject.Email)
	}
	if !i.ExpiresAt.IsZero() {
		data.Expires = i.ExpiresAt.UnixMilli()
	}
	if i.Mode == ReadOnly && v.mayAsk(i, ReadWrite) {
		data.WriteURL = base + "mode"
	}
	var b strings.Builder
	if err := bannerTemplate.Execute(&b, data); err != nil {
		// Text values can't make the template fail; if it fails all the same,
		// a page without the banner must not be shown.
		panic(http.ErrAbortHandler)
	}
	return ascii(strings.TrimSpace(b.String()))
}

// mayAsk reports whether asking for the mode would be granted.
func (v *visit) mayAsk(i Impersonation, mode Mode) bool {
	ask := v.askAgain(i)
	ask.Mode = mode
	return v.Check(v.r.Context(), ask) == nil
}

// absoluteBase is BasePath with the host, so that a <base> in the page does
// not send the banner's form elsewhere.
func (v *visit) absoluteBase() string {
	host := v.r.Host
	if host == "" || strings.ContainsAny(host, "/\\?#@ \"'<>%") {
		return v.base(v.r)
	}
	return "//" + host + v.base(v.r)
}

// shortened keeps a name from pushing everything else off the banner.
func shortened(name string) string {
	const most = 80
	if runes := []rune(clean(name, maxName)); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return clean(name, maxName)
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
