package console

import (
	"cmp"
	"html/template"
	"net/url"
	"strings"
	"time"

	"github.com/guise-go/guise"
)

// view is the dot of a template: the page, and what a template can ask about it.
// What needs no page is a function, see words.
type view struct {
	// These are the fields of a [guise.Page], one by one: a template takes longer
	// to find a field of an embedded struct than to write it.
	Name              guise.PageName
	Lang, Dir         string
	BasePath, HomeURL string
	Viewer            *guise.Viewer
	Impersonation     *guise.Impersonation
	Now               time.Time
	Data              any

	// Me is what the viewer is called, "" when nobody is logged in.
	Me template.HTML
	// MayFind and the others say what to offer. Whoever may find users sees in
	// the log what they did themselves, and what runs right now; MaySeeAll is for
	// what others did.
	MayFind, MaySeeLog, MaySeeAll, MayExport, MayExplain, MayNote, MayPurge bool

	words *words
}

// view makes the dot. Language and direction are those of the texts, which may
// differ from those asked for; a screen reader reads them as what they are.
func (c *console) view(page guise.Page) *view {
	words := c.words[c.texts.In(page.Lang).Lang]
	may := page.Viewer.May
	v := &view{
		Name: page.Name, Lang: words.Lang, Dir: words.Dir, BasePath: page.BasePath, HomeURL: cmp.Or(page.HomeURL, "/"),
		Viewer: page.Viewer, Impersonation: page.Impersonation, Now: page.Now, Data: page.Data,
		MayFind: may(guise.ActionFind), MaySeeLog: may(guise.ActionFind) || may(guise.ActionSee), MaySeeAll: may(guise.ActionSee), MayExport: may(guise.ActionExport),
		MayExplain: may(guise.ActionExplain), MayNote: may(guise.ActionNote), MayPurge: may(guise.ActionPurge),
		words: words,
	}
	if page.Viewer != nil {
		v.Me = short(page.Viewer.Label())
	}
	return v
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
	address := v.words.asset(name)
	if address == "" {
		return ""
	}
	return v.BasePath + address
}

// Own reports whether the viewer is the one who acts, or acted.
func (v *view) Own(i guise.Impersonation) bool {
	return v.Viewer != nil && v.Viewer.ID != "" && v.Viewer.ID == i.Actor.ID
}

// MayEnd reports whether to offer to end an impersonation: one's own always,
// somebody else's to those who have the right.
func (v *view) MayEnd(i guise.Impersonation) bool {
	return i.State == guise.StateActive && (v.Own(i) || v.Viewer.May(guise.ActionRevoke))
}

// Onward is where the page about the end leads: data.ContinueURL, or home.
func (v *view) Onward(data guise.EndedData) string { return cmp.Or(data.ContinueURL, v.HomeURL) }
