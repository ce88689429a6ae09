package console

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/guise-go/guise"
)

func elementsOf(t *testing.T, p guise.Page) []element {
	t.Helper()
	return parseMarkup(t, render(t, mustNew(t, guise.ConsoleOptions{}), p))
}

func TestUsersAreOfferedOnlyWhereItIsAllowedElseTheReason(t *testing.T) {
	p := samples()["users"]
	page := render(t, mustNew(t, guise.ConsoleOptions{}), p)
	elements := parseMarkup(t, page)
	var offered int
	for _, row := range p.Data.(guise.UsersData).Users {
		link := find(elements, "a", "class", "button small", "href", "/impersonate/users/"+pathEscaped(row.ID))
		if row.CanImpersonate() != (len(link) == 1) {
			t.Errorf("%s: may act as them is %v, and there are %d buttons", row.ID, row.CanImpersonate(), len(link))
		}
		offered += len(link)
		if row.WhyNot != nil && !strings.Contains(page, row.WhyNot.Sentence) {
			t.Errorf("%s: the page does not say %q", row.ID, row.WhyNot.Sentence)
		}
	}
	if offered != 4 {
		t.Errorf("%d buttons", offered)
	}
}

func pathEscaped(id string) string { return strings.NewReplacer("/", "%2F", "?", "%3F").Replace(id) }

func TestNewWindowIsSaidAsWellAsDone(t *testing.T) {
	for _, on := range []bool{true, false} {
		page := render(t, mustNew(t, guise.ConsoleOptions{NewWindow: on}), samples()["users"])
		links := find(parseMarkup(t, page), "a", "target", "_blank")
		if (len(links) == 4) != on {
			t.Errorf("NewWindow %v: %d links open one", on, len(links))
		}
		for _, link := range links {
			if !strings.Contains(link.attrs["aria-label"], "new window") {
				t.Errorf("%v does not say so", link)
			}
		}
	}
}

func TestTheSearchBoxHasTheFocusAndKeepsWhatWasTyped(t *testing.T) {
	box := find(elementsOf(t, samples()["users-found"]), "input", "name", "q", "value", "maya")
	if len(box) != 1 {
		t.Fatal("no search box with what was typed")
	}
	if _, has := box[0].attrs["autofocus"]; !has {
		t.Error("it does not ask for the focus")
	}
}

func TestPagingKeepsTheFilter(t *testing.T) {
	p := samples()["log-filtered"]
	data := p.Data.(guise.LogData)
	data.Next = "c2"
	p.Data = data
	for rel, want := range map[string]string{
		"next": "/impersonate/log?actor=admin&cause=revoked&cursor=c2&from=2026-11-21&mode=read_write&q=timetable&state=ended&tenant=Hillside+School&to=2026-11-21",
	} {
		if links := find(elementsOf(t, p), "a", "rel", rel); len(links) != 1 || links[0].attrs["href"] != want {
			t.Errorf("%s: %v, not %s", rel, links, want)
		}
	}
	u := samples()["users-found"]
	u.Data = guise.UsersData{Query: "o'neil & co", Next: "c3"}
	if links := find(elementsOf(t, u), "a", "rel", "next"); len(links) != 1 || links[0].attrs["href"] != "/impersonate/users?cursor=c3&q=o%27neil+%26+co" {
		t.Error(links)
	}
}

func TestTheStartFormSendsWhatTheEndpointReads(t *testing.T) {
	elements := elementsOf(t, samples()["user"])
	if len(find(elements, "form", "method", "post", "action", "/impersonate/start")) != 1 {
		t.Error("no form that posts to start")
	}
	for _, field := range []struct{ element, name, value string }{
		{"input", "user_id", "maya"}, {"input", "ticket", "HD-4711"}, {"input", "next", "/courses"},
		{"input", "mode", "read_only"}, {"input", "mode", "read_write"},
	} {
		if len(find(elements, field.element, "name", field.name, "value", field.value)) != 1 {
			t.Errorf("no %s %s with %q", field.element, field.name, field.value)
		}
	}
	if len(find(elements, "textarea", "name", "reason")) != 1 || len(find(elements, "select", "name", "duration")) != 1 {
		t.Error("no reason or no duration")
	}
	if checked := find(elements, "input", "name", "mode", "checked", ""); len(checked) != 1 || checked[0].attrs["value"] != "read_only" {
		t.Errorf("chosen: %v", checked)
	}
}

func TestAProblemStandsAtItsFieldAndNothingTypedIsLost(t *testing.T) {
	for _, field := range []string{"reason", "ticket", "mode", "duration", "next"} {
		p := samples()["user-problem"]
		data := p.Data.(guise.UserData)
		problem := *data.Form.Problem
		problem.Field = field
		data.Form.Problem, data.Form.RequireReason = &problem, false
		p.Data = data
		elements := elementsOf(t, p)
		if len(find(elements, "p", "class", "field-problem", "id", field+"-problem")) != 1 || len(find(elements, "p", "class", "field-problem")) != 1 {
			t.Errorf("%s: not there, or not there alone", field)
		}
		var described bool
		for _, e := range elements {
			described = described || strings.Contains(e.attrs["aria-describedby"], field+"-problem")
		}
		if !described {
			t.Errorf("%s: the field does not name it", field)
		}
		var focused []string
		for _, e := range elements {
			if _, has := e.attrs["autofocus"]; has {
				focused = append(focused, e.attrs["id"])
			}
		}
		_, label, _ := strings.Cut(render(t, mustNew(t, guise.ConsoleOptions{}), p), `<label for="`+field+`">`)
		if label, _, _ = strings.Cut(label, "</label>"); strings.Contains(label, "optional") {
			t.Errorf("%s: it is wrong, and said to be optional", field)
		}
		if field != "mode" && !slices.Equal(focused, []string{field}) {
			t.Errorf("%s: the focus goes to %q", field, focused)
		}
		if len(find(elements, "option", "value", "600", "selected", "")) != 1 || len(find(elements, "input", "name", "ticket", "value", "HD-4711")) != 1 {
			t.Errorf("%s: something typed is lost", field)
		}
	}
}

func TestNobodyIsOfferedWhatTheyMayNotDo(t *testing.T) {
	active, past := samples()["entry-active"], samples()["entry-ended"]
	stranger := viewer(staff, guise.ActionSee)
	revoker := viewer(staff, guise.ActionSee, guise.ActionRevoke)
	own := viewer(admin)
	for _, c := range []struct {
		name   string
		viewer *guise.Viewer
		page   guise.Page
		end    int
	}{
		{"another's", stranger, active, 0},
		{"another's, with the right to", revoker, active, 1},
		{"one's own", own, active, 1},
		{"over", revoker, past, 0},
		{"nobody logged in", nil, active, 0},
	} {
		forms := find(elementsOf(t, seenBy(c.viewer, c.page)), "form", "action", "/impersonate/live/"+c.page.Data.(guise.EntryData).Impersonation.ID+"/end")
		if len(forms) != c.end {
			t.Errorf("%s: %d forms that end it, not %d", c.name, len(forms), c.end)
		}
	}
}

func TestWhatIsInTheWayIsLookedAtByThoseWhoMay(t *testing.T) {
	for _, c := range []struct {
		name       string
		viewer     *guise.Viewer
		look, ends int
	}{
		{"another's, who may only find", viewer(staff, guise.ActionFind), 1, 0},
		{"another's, who may end it", viewer(staff, guise.ActionFind, guise.ActionRevoke), 1, 1},
		{"one's own", viewer(admin, guise.ActionFind), 1, 1},
		{"who may do nothing", viewer(staff), 0, 0},
	} {
		page := seenBy(c.viewer, samples()["user-running"])
		elements, id := elementsOf(t, page), page.Data.(guise.UserData).Form.Problem.Running.ID
		look, ends := len(find(elements, "a", "href", "/impersonate/log/"+id)), len(find(elements, "form", "action", "/impersonate/live/"+id+"/end"))
		if look != c.look || ends != c.ends {
			t.Errorf("%s: %d links to it and %d forms that end it, not %d and %d", c.name, look, ends, c.look, c.ends)
		}
	}
}

// Who sees only their own must not read that there is nothing at all.
func TestAnEmptyListSaysWhoseItIs(t *testing.T) {
	officer, agent := viewer(admin, guise.Actions()...), viewer(staff, guise.ActionFind)
	stranger := guise.UserData{UserRow: guise.UserRow{User: maya}}
	for _, row := range []struct {
		name guise.PageName
		who  *guise.Viewer
		data any
		says string
	}{
		{guise.PageLive, officer, guise.LiveData{}, "Nobody is acting as anyone right now"},
		{guise.PageLive, agent, guise.LiveData{OwnOnly: true}, "You aren’t acting as anyone right now"},
		{guise.PageLog, officer, guise.LogData{}, "Nobody has acted as anyone yet"},
		{guise.PageLog, agent, guise.LogData{OwnOnly: true}, "You haven’t acted as anyone yet"},
		{guise.PageUnattached, officer, guise.UnattachedData{}, "No limit was reached, and there are no notes"},
		{guise.PageUnattached, agent, guise.UnattachedData{OwnOnly: true}, "You reached no limit and wrote no notes"},
		{guise.PageUser, officer, stranger, "No one so far."},
		{guise.PageUser, agent, stranger, "No one that you are allowed to see."},
	} {
		if have := render(t, mustNew(t, guise.ConsoleOptions{}), seenBy(row.who, page(row.name, row.data))); !strings.Contains(have, ">"+row.says+"<") {
			t.Errorf("%s: it does not say %q", row.name, row.says)
		}
	}
}

func TestNavigationLeadsOnlyWhereOneMayGo(t *testing.T) {
	for _, c := range []struct {
		name       string
		viewer     *guise.Viewer
		users, log int
	}{
		{"nobody", nil, 0, 0},
		{"a customer", viewer(maya), 0, 0},
		{"who may find", viewer(staff, guise.ActionFind), 1, 1},
		{"who may see", viewer(staff, guise.ActionSee), 0, 1},
		{"a superuser", viewer(admin, guise.Actions()...), 1, 1},
	} {
		for page, want := range map[string]int{"live": c.log, "explain": c.users} {
			if n := len(find(elementsOf(t, seenBy(c.viewer, samples()["leave"])), "a", "href", "/impersonate/"+page)); n != want {
				t.Errorf("%s: %d links to %s, not %d", c.name, n, page, want)
			}
		}
		elements := elementsOf(t, seenBy(c.viewer, samples()["leave"]))
		if n := len(find(elements, "a", "href", "/impersonate/users")); n != c.users {
			t.Errorf("%s: %d links to users, not %d", c.name, n, c.users)
		}
		if n := len(find(elements, "a", "href", "/impersonate/log")); n != c.log {
			t.Errorf("%s: %d links to the log, not %d", c.name, n, c.log)
		}
	}
}

func TestWhileActingEveryPageSaysSoAndOffersRelease(t *testing.T) {
	for name, p := range samples() {
		page := render(t, mustNew(t, guise.ConsoleOptions{}), acting(p))
		elements := parseMarkup(t, page)
		if len(find(elements, "section", "class", "acting-bar")) != 1 || len(find(elements, "form", "method", "post", "action", "/impersonate/stop")) != 1 {
			t.Errorf("%s: no bar, or no way to release", name)
		}
	}
}

func TestEveryCauseHasItsSentence(t *testing.T) {
	seen := map[string]guise.Cause{}
	v := mustNew(t, guise.ConsoleOptions{}).(*console).words["en"]
	for _, cause := range append(guise.Causes(), "") {
		sentence := v.endedSentence(cause)
		if other, twice := seen[sentence]; twice || strings.HasPrefix(sentence, "ended.") {
			t.Errorf("%q: %q, as for %q", cause, sentence, other)
		}
		seen[sentence] = cause
	}
	if v.endedSentence("made-up") != v.endedSentence("") {
		t.Error("a cause that does not exist says something else than that it is over")
	}
}

func TestAWriteIsShownOnceAndOneWithoutOutcomeStays(t *testing.T) {
	page := render(t, mustNew(t, guise.ConsoleOptions{}), samples()["entry-ended"])
	if n := strings.Count(page, "/courses/17/group"); n != 1 {
		t.Errorf("the write is there %d times", n)
	}
	if !strings.Contains(page, "/notes/9") || strings.Count(page, "outcome unknown") != 1 {
		t.Error("the write without an outcome is missing, or not marked")
	}
}

// What was refused wrote nothing; what failed, or of which nobody knows, may have.
func TestOnlyWhatMayHaveWrittenIsMarkedAsAWrite(t *testing.T) {
	v := testView(t).words
	for _, row := range []struct {
		method string
		status int
		took   time.Duration // 0 for what never reached the application
		marked bool
	}{
		{"POST", 303, 1, true}, {"POST", 422, 1, true}, {"DELETE", 500, 1, true}, {"PUT", 0, 0, true},
		{"POST", 403, 0, false}, {"POST", 405, 0, false}, {"GET", 200, 1, false}, {"GET", 500, 1, false},
	} {
		have := v.eventRow(&guise.Event{Kind: guise.KindRequest, Method: row.method, Status: row.status, Duration: row.took})
		if have.Wrote != row.marked || strings.Contains(string(have.Request), ">write<") != row.marked {
			t.Errorf("%s %d: marked %v", row.method, row.status, have.Wrote)
		}
	}
}

// Many applications give their requests no ID, and a client can give two the same:
// when it began tells one write from another.
func TestAWriteIsShownOnceWhateverItsID(t *testing.T) {
	write := guise.Event{Kind: guise.KindRequest, Method: "POST", Path: "/notes", Time: now}
	outcome, later := write, write
	outcome.Time, outcome.Duration, outcome.Status = now.Add(5*time.Millisecond), 5*time.Millisecond, 201
	later.Time = now.Add(time.Second)
	first, second, answered := write, later, later
	first.RequestID, second.RequestID, answered.RequestID = "r1", "r1", "r1"
	answered.Time, answered.Duration, answered.Status = later.Time.Add(5*time.Millisecond), 5*time.Millisecond, 201
	for name, row := range map[string]struct {
		events         []guise.Event
		shown, unknown int
	}{
		"one that went well":            {[]guise.Event{write, outcome}, 1, 0},
		"and one of which none knows":   {[]guise.Event{write, outcome, later}, 2, 1},
		"one alone, of which none does": {[]guise.Event{write}, 1, 1},
		"two with one ID":               {[]guise.Event{first, second, answered}, 2, 1},
	} {
		page := render(t, mustNew(t, guise.ConsoleOptions{}), page(guise.PageEntry, guise.EntryData{Impersonation: running(), Events: row.events}))
		if shown, unknown := strings.Count(page, ">/notes<"), strings.Count(page, "outcome unknown"); shown != row.shown || unknown != row.unknown {
			t.Errorf("%s: shown %d times, %d of them unknown; want %d and %d", name, shown, unknown, row.shown, row.unknown)
		}
	}
}

// Reads may be logged after a write that came later, and are shown before it.
func TestTheTimelineIsInTheOrderInWhichThingsHappened(t *testing.T) {
	write := guise.Event{Seq: 2, Kind: guise.KindRequest, Method: "POST", Path: "/second", Status: 201, Time: now}
	read := guise.Event{Seq: 3, Kind: guise.KindRequest, Method: "GET", Path: "/first", Status: 200, Time: now.Add(-time.Second)}
	data := guise.EntryData{Impersonation: running(), Events: []guise.Event{write, read}}
	page := render(t, mustNew(t, guise.ConsoleOptions{}), page(guise.PageEntry, data))
	if first, second := strings.Index(page, ">/first<"), strings.Index(page, ">/second<"); first < 0 || second < first {
		t.Errorf("the first stands at %d, the second at %d", first, second)
	}
}

// Reads in a row are folded, each day's by themselves; nothing else is.
func TestReadsInARowAreFolded(t *testing.T) {
	v := testView(t)
	var have []string
	for _, day := range v.Days(guise.EntryData{Events: reads()}) {
		for _, row := range day.Events {
			have = append(have, row.Many)
		}
		have = append(have, "|")
	}
	want := []string{"Requests that only read: 6", "", "Requests that only read: 5", "|", "Requests that only read: 5", "", "|"}
	if !slices.Equal(have, want) {
		t.Errorf("%q", have)
	}
	if page := render(t, mustNew(t, guise.ConsoleOptions{}), samples()["entry-long"]); strings.Count(page, ">/courses<") != len(reads()) {
		t.Error("a request is missing")
	}
	few := []guise.Event{reads()[0], reads()[1], reads()[2], reads()[3]}
	if rows := v.Days(guise.EntryData{Events: few})[0].Events; len(rows) != 4 {
		t.Errorf("four requests are %d rows", len(rows))
	}
}

// An ID alone is not a name.
func TestWhoIsKnownByIDAloneIsCalledSo(t *testing.T) {
	c := mustNew(t, guise.ConsoleOptions{})
	const quietly = `<span class="quiet"><bdi>ID 5</bdi></span>`
	entry, log := render(t, c, samples()["entry-unknown"]), render(t, c, page(guise.PageLog, guise.LogData{Impersonations: []guise.Impersonation{unknown()}}))
	if n := strings.Count(entry, quietly); n != 2 {
		t.Errorf("on the page of the attempt %d times; want its head and its facts", n)
	}
	if strings.Contains(entry, ">5</span>") || !strings.Contains(entry, "Stefan Affolter\u2069 as \u2068ID 5\u2069 ·") {
		t.Error("the ID has initials, or the page's title calls them by it")
	}
	if !strings.Contains(log, quietly) {
		t.Error("in the log it looks like a name")
	}
}

// A list of links needs more than dates.
func TestALinkOfTheLogSaysWhoActedAsWhom(t *testing.T) {
	page := render(t, mustNew(t, guise.ConsoleOptions{}), samples()["log"])
	if n := strings.Count(page, `</time> <span class="hidden">`+"\u2068Ada Minter\u2069 as \u2068Maya Lindqvist\u2069</span></a>"); n != 4 {
		t.Errorf("%d links do", n)
	}
}

func TestAnUnknownModeCauseAndKindKeepTheirNames(t *testing.T) {
	i := over("struck_by_lightning")
	i.Mode = "billing"
	page := render(t, mustNew(t, guise.ConsoleOptions{}), page(guise.PageEntry, guise.EntryData{
		Impersonation: i, Events: []guise.Event{{Kind: "danced", Time: now}},
	}))
	for _, name := range []string{"struck_by_lightning", "billing", "danced"} {
		if !strings.Contains(page, ">"+name+"<") {
			t.Errorf("%s is not on the page", name)
		}
	}
}

func TestTheLanguageSaidIsThatOfTheTexts(t *testing.T) {
	p := samples()["users"]
	p.Lang, p.Dir = "xx", "rtl"
	if found := find(elementsOf(t, p), "html", "lang", "en", "dir", "ltr"); len(found) != 1 {
		t.Error("a page with English texts says that it is in another language")
	}
}

func TestLiveOffersTheEndOnlyToThoseWhoMay(t *testing.T) {
	for _, c := range []struct {
		name   string
		viewer *guise.Viewer
		ends   int
	}{
		{"who may revoke", viewer(maya, guise.ActionSee, guise.ActionRevoke), 2},
		{"who acts", viewer(admin, guise.ActionSee), 1},
		{"who may only see", viewer(maya, guise.ActionSee), 0},
	} {
		if n := len(find(elementsOf(t, seenBy(c.viewer, samples()["live"])), "textarea", "name", "note")); n != c.ends {
			t.Errorf("%s: %d forms to end one, not %d", c.name, n, c.ends)
		}
	}
}

// Requests that a page sends by itself would keep one's own impersonation from
// ever becoming idle.
func TestLiveRefreshesItselfOnlyForThoseWhoActAsNobody(t *testing.T) {
	for name, want := range map[string]bool{"live": true, "live-own": false} {
		note := find(elementsOf(t, samples()[name]), "span", "id", "live-note")
		if _, has := note[0].attrs["data-fresh"]; has != want {
			t.Errorf("%s: refreshes itself: %v", name, has)
		}
	}
}

func TestTheLogIsExportedUnderItsFilterByThoseWhoMay(t *testing.T) {
	p := samples()["log-filtered"]
	for format, want := range map[string]string{
		"CSV":        "/impersonate/log/export?actor=admin&cause=revoked&format=csv&from=2026-11-21&mode=read_write&q=timetable&state=ended&tenant=Hillside+School&to=2026-11-21",
		"JSON Lines": "/impersonate/log/export?actor=admin&cause=revoked&format=jsonl&from=2026-11-21&mode=read_write&q=timetable&state=ended&tenant=Hillside+School&to=2026-11-21",
	} {
		if len(find(elementsOf(t, p), "a", "href", want)) != 1 {
			t.Errorf("%s: no link to %s", format, want)
		}
	}
	if n := len(find(elementsOf(t, seenBy(viewer(staff, guise.ActionFind, guise.ActionSee), p)), "a", "download", "")); n != 0 {
		t.Errorf("%d links for one who may not export", n)
	}
}

func TestPresetsKeepTheRestOfTheFilter(t *testing.T) {
	v := testView(t)
	var have []string
	for _, p := range v.Presets(guise.LogQuery{Text: "x", To: now, Cursor: "c", From: time.Date(2026, 11, 15, 0, 0, 0, 0, time.UTC)}) {
		have = append(have, p.URL)
	}
	want := []string{"/impersonate/log?from=2026-11-21&q=x", "/impersonate/log?from=2026-11-15&q=x", "/impersonate/log?from=2026-10-23&q=x"}
	if !slices.Equal(have, want) {
		t.Errorf("%q", have)
	}
	for i, p := range v.Presets(guise.LogQuery{From: time.Date(2026, 11, 15, 0, 0, 0, 0, time.UTC)}) {
		if (p.Current != "") != (i == 1) {
			t.Errorf("%s: chosen %v", p.URL, p.Current != "")
		}
	}
}

func TestWhoWasMeantIsChosenWithTheRestOfTheQuestion(t *testing.T) {
	elements := elementsOf(t, samples()["explain-several"])
	for _, id := range []string{"maya", "i%2Fd%3F1"} {
		if len(find(elements, "a", "href", "/impersonate/explain?actor=admin&mode=read_only&subject="+id)) != 1 {
			t.Errorf("%s can't be chosen", id)
		}
	}
}

// Why it is No stands under it, in words that are true of others too.
func TestANoSaysWhyAndAYesIsOfferedOnlyToWhoActsAsNobody(t *testing.T) {
	for name, want := range map[string]struct {
		because string
		start   int
	}{
		"explain-no":         {`<p class="because">The account is not active</p>`, 0},
		"explain-yes":        {"", 1},
		"explain-yes-acting": {"", 0},
	} {
		have := render(t, mustNew(t, guise.ConsoleOptions{}), samples()[name])
		if !strings.Contains(have, want.because) || (want.because == "") == strings.Contains(have, "because") {
			t.Errorf("%s: it does not say %q", name, want.because)
		}
		if n := len(find(parseMarkup(t, have), "a", "class", "button", "href", "/impersonate/users/maya")); n != want.start {
			t.Errorf("%s: %d buttons to start, not %d", name, n, want.start)
		}
	}
	v := testView(t).words
	own := &guise.DeniedError{Code: "other-region", Sentence: "Your office looks after other regions."}
	if have := v.because([]guise.Verdict{{Rule: "policy", Refusal: own}}); !strings.Contains(string(have), own.Sentence) {
		t.Errorf("of the application's own: %q", have)
	}
}

func TestWhatARuleCouldNotDecideIsNotForThePage(t *testing.T) {
	if page := render(t, mustNew(t, guise.ConsoleOptions{}), samples()["explain-no"]); strings.Contains(page, "not for the page") || !strings.Contains(page, "could not be decided") {
		t.Error("the page shows an error, or not that there was one")
	}
}
