package console

import (
	"reflect"
	"strings"
	"testing"
	"testing/quick"
	"time"
	"unicode/utf8"

	"github.com/guise-go/guise"
)

func testView(t testing.TB) *view {
	return mustNew(t, guise.ConsoleOptions{}).(*console).view(guise.Page{BasePath: "/impersonate/", Now: now})
}

// TestTheDotHasWhatAPageHas: an application's own templates are told that they find
// each field of a guise.Page.
func TestTheDotHasWhatAPageHas(t *testing.T) {
	full := guise.Page{
		Name: guise.PageLog, Lang: "fa", Dir: "rtl", BasePath: "/base/", HomeURL: "/home", Viewer: &guise.Viewer{},
		Impersonation: &guise.Impersonation{}, Now: now, Data: guise.LogData{},
	}
	page, dot := reflect.ValueOf(full), reflect.ValueOf(*mustNew(t, guise.ConsoleOptions{}).(*console).view(full))
	for field, want := range page.Fields() {
		have := dot.FieldByName(field.Name)
		if !have.IsValid() || want.IsZero() || !reflect.DeepEqual(have.Interface(), want.Interface()) {
			t.Errorf("%s is %v on the page, and %v in the dot", field.Name, want, have)
		}
	}
}

func TestSpan(t *testing.T) {
	v := testView(t)
	for d, want := range map[time.Duration]string{
		0:                                 "0 ms",
		1400 * time.Microsecond:           "1 ms",
		999 * time.Millisecond:            "999 ms",
		time.Second:                       "1 s",
		61 * time.Second:                  "1 min 1 s",
		time.Hour:                         "1 h",
		time.Hour + 59*time.Second:        "1 h",
		90 * time.Minute:                  "1 h 30 min",
		26*time.Hour + 31*time.Minute:     "1 d 2 h",
		24*time.Hour + 31*time.Minute:     "1 d",
		365 * 24 * time.Hour:              "365 d",
		59*time.Minute + 59*time.Second:   "59 min 59 s",
		2*time.Hour + 5*time.Millisecond:  "2 h",
		48*time.Hour + 23*time.Hour + 1e9: "2 d 23 h",
	} {
		if have := v.words.span(d); have != want {
			t.Errorf("%v: %q, not %q", d, have, want)
		}
	}
}

func TestNumbersAreInTheDigitsOfTheLanguage(t *testing.T) {
	c := mustNew(t, guise.ConsoleOptions{}).(*console)
	for lang, want := range map[string]string{"en": "1 h 30 min", "fa": "۱ ساعت ۳۰ دقیقه", "ja": "1 時間 30 分"} {
		if have := c.view(guise.Page{Lang: lang}).words.span(90 * time.Minute); have != want {
			t.Errorf("%s: %q, not %q", lang, have, want)
		}
	}
}

func TestDurationsStayWithinTheLimit(t *testing.T) {
	v := testView(t)
	for _, c := range []struct {
		limit          time.Duration
		asked          string
		want, selected string
	}{
		{time.Hour, "", ",300,900,1800", ""},
		{time.Hour, "600", ",300,600,900,1800", "600"},
		{time.Hour, "7200", ",300,900,1800", ""},
		{time.Hour, "3600", ",300,900,1800", ""},
		{time.Hour, "-5", ",300,900,1800", ""},
		{time.Hour, "soon", ",300,900,1800", ""},
		{time.Minute, "", "", ""},
		{0, "900", ",300,900,1800,3600,7200,14400,28800,86400", "900"},
	} {
		var values []string
		selected := ""
		for _, choice := range v.words.durations(guise.StartForm{MaxDuration: c.limit, Duration: c.asked}) {
			values = append(values, choice.Value)
			if choice.Selected {
				selected = choice.Value
			}
		}
		if have := strings.Join(values, ","); have != c.want || selected != c.selected {
			t.Errorf("limit %v, asked %q: %q with %q chosen", c.limit, c.asked, have, selected)
		}
	}
}

func TestAddressesHoldAnyID(t *testing.T) {
	v := testView(t)
	for id, want := range map[string]string{
		"7":         "/impersonate/users/7",
		"a/b":       "/impersonate/users/a%2Fb",
		"a b?c#d%e": "/impersonate/users/a%20b%3Fc%23d%25e",
		"\"><x":     "/impersonate/users/%22%3E%3Cx",
		"نوح":       "/impersonate/users/%D9%86%D9%88%D8%AD",
	} {
		if have := v.URL("users", id); have != want {
			t.Errorf("%q: %s, not %s", id, have, want)
		}
	}
}

func TestTheDaysOfAFilterComeBackAsTheyWereTyped(t *testing.T) {
	day := time.Date(2026, 3, 29, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		query    guise.LogQuery
		from, to string
	}{
		{guise.LogQuery{}, "", ""},
		{guise.LogQuery{From: day, To: day.AddDate(0, 0, 1)}, "2026-03-29", "2026-03-29"},
		{guise.LogQuery{From: day.Add(time.Minute), To: day.Add(time.Hour)}, "2026-03-29T00:01:00Z", "2026-03-29T01:00:00Z"},
	} {
		if from, to := firstDay(c.query), lastDay(c.query); from != c.from || to != c.to {
			t.Errorf("%v: %q to %q", c.query, from, to)
		}
	}
}

func TestWhatIsTypedStaysInItsPlace(t *testing.T) {
	stays := func(text string) bool {
		settled := settle(text)
		return !strings.ContainsAny(settled, "\x00\x1b\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") &&
			settle(settled) == settled
	}
	if err := quick.Check(stays, nil); err != nil {
		t.Error(err)
	}
	for _, text := range []string{"\u202egpj.exe", "a\u2069b", "\x00", "x\x1b[31m", "\u2067\u2066"} {
		if !stays(text) {
			t.Errorf("%q becomes %q", text, settle(text))
		}
	}
	if kept := "שלום \u200fא، 👩‍👩‍👧\nnext"; settle(kept) != kept {
		t.Error("something was removed that harms nobody")
	}
}

func TestALineIsOneAndShort(t *testing.T) {
	short := func(text string) bool {
		cut := line(text)
		return !strings.ContainsAny(cut, "\n\r\t") && utf8.RuneCountInString(cut) <= shortLength+1 && utf8.ValidString(cut)
	}
	if err := quick.Check(short, nil); err != nil {
		t.Error(err)
	}
	long := strings.Repeat("ü", shortLength)
	if line(long) != long || line(long+"x") != long+"…" || line(" a \n b ") != "a b" || !short(hostileText) {
		t.Error("cut in the wrong place")
	}
}

func TestInitials(t *testing.T) {
	for name, want := range map[string]string{
		"Maya Lindqvist": "ML", "maya": "M", "Anna Maria van Dyck": "AD", "<script>": "", "李 小龙": "李小", "…": "", "👩 Ada": "A", "": "U", "نوح البستاني": "ن\u200cا",
	} {
		if have := letters(line(guise.User{ID: "U1", Name: name}.Label())); have != want {
			t.Errorf("%q: %q, not %q", name, have, want)
		}
	}
}

func TestTimesAreExactForProgramsAndNeverTheZeroTime(t *testing.T) {
	at := time.Date(2026, 11, 21, 10, 30, 5, 120_000, time.FixedZone("", 3600))
	want := `<time datetime="2026-11-21T09:30:05.00012Z" title="2026-11-21T09:30:05.00012Z">2026-11-21 09:30 UTC</time>`
	if have := string(toMinute(at)); have != want {
		t.Error(have)
	}
	if have := string(toMinute(time.Time{})); strings.Contains(have, "0001") {
		t.Error(have)
	}
}

func TestWhyNobodyCanBeActedAsIsSaidOnceAboveTheList(t *testing.T) {
	c := mustNew(t, guise.ConsoleOptions{}).(*console)
	busy := &guise.DeniedError{Code: "already-impersonating", Sentence: "You are acting as someone already. Leave them first."}
	closed := &guise.DeniedError{Code: "subject-inactive", Sentence: "This account is not active."}
	for _, row := range []struct {
		second *guise.DeniedError
		above  int
	}{{busy, 1}, {closed, 0}, {nil, 0}} {
		users := []guise.UserRow{{User: maya, WhyNot: busy}, {User: noah, WhyNot: row.second}}
		var b strings.Builder
		if err := c.Render(&b, guise.Page{Name: guise.PageUsers, Lang: "en", BasePath: "/impersonate/", Now: now, Data: guise.UsersData{Users: users}}); err != nil {
			t.Fatal(err)
		}
		if have := strings.Count(b.String(), `<div class="notice">`); have != row.above {
			t.Errorf("with %v in the second row: %d notices, want %d", row.second, have, row.above)
		}
	}
}

func TestAModeThatWouldBeRefusedIsShownWithItsReasonAndNotChosen(t *testing.T) {
	v := mustNew(t, guise.ConsoleOptions{}).(*console).words["en"]
	choices := v.startModes(guise.StartForm{
		Modes: []guise.Mode{guise.ReadOnly, guise.ReadWrite}, Mode: guise.ReadWrite,
		Refused: map[guise.Mode]*guise.DeniedError{guise.ReadWrite: {Code: "look-only", Sentence: "Trainees only look."}},
	})
	if first := choices[0]; first.Refused || !first.Selected {
		t.Errorf("the default mode is %+v, want it chosen", first)
	}
	if second := choices[1]; !second.Refused || second.Selected || second.Hint != "Trainees only look." {
		t.Errorf("the refused mode is %+v, want it shown with its reason and not chosen", second)
	}
}
