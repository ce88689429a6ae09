package browser

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"github.com/guise-go/guise/test/internal/chromium"
	"github.com/guise-go/guise/test/internal/demo"
)

// customers is how many there are, of whom the agent wants one.
const customers = 100_000

// TestConsole_OneOfAHundredThousand is a day at the desk: an agent finds one
// customer and acts as them, an officer sees it and ends it, and the customer
// sees nothing of any of it.
func TestConsole_OneOfAHundredThousand(t *testing.T) {
	t.Parallel()
	d := largeDesk(t)
	type people struct {
		Users []struct{ ID, Name, Email string }
	}
	const number = customers - 1 // the last is inactive
	found := demo.Decode[people](t, d.Client(d.p.Cookies(d.URL)...).Get(fmt.Sprintf("/impersonate/users?q=%d", number)), http.StatusOK)
	if len(found.Users) != 1 {
		t.Fatalf("found %d customers numbered %d, want 1", len(found.Users), number)
	}
	one := found.Users[0]
	words, _, _ := strings.Cut(one.Email, "@")

	t.Run("the answer is never an older one", func(t *testing.T) { theAnswerIsNeverAnOlderOne(t, d.in(t)) })
	t.Run("the arrow waits for the answer", func(t *testing.T) { theArrowWaitsForTheAnswer(t, d.in(t)) })
	acts := t.Run("the agent finds them by the keyboard alone", func(t *testing.T) {
		findsByTheKeyboardAlone(t, d.in(t), words, one.ID)
		wantWhoami(t, d.Demo, d.p, one.Email)
	})
	if !acts {
		return
	}
	t.Run("the officer sees it, ends it, finds it and exports it", func(t *testing.T) { theOfficerEndsIt(t, d.in(t), one.Name) })
	t.Run("the customer sees nothing", func(t *testing.T) { theCustomerSeesNothing(t, d.in(t), one.Email, one.ID) })
}

// largeDesk is newDesk with very many customers.
func largeDesk(t *testing.T) *desk {
	t.Helper()
	school := demo.StartPlain(t, "", "--users", fmt.Sprint(customers), "--starts=-1")
	d := &desk{school, chromium.Open(t), ""}
	d.p.Goto(d.URL + "/login")
	d.p.Post("/login", map[string]string{"email": demo.Admin, "password": demo.Password})
	return d
}

// findsByTheKeyboardAlone types, from the first letter of a name to the
// customer's own page.
func findsByTheKeyboardAlone(t *testing.T, d *desk, words, id string) {
	d.p.Goto(d.URL + "/impersonate/users")
	d.p.Until("the search box has the focus", `document.activeElement.name === "q"`)
	chromium.Evaluate[bool](d.p, `window.samePage = true`)
	d.p.Keys(words[:5], words[5:])
	typed := time.Now()
	// The first letters may find one person too: the address says what was asked.
	d.p.Until("the answer is there", `location.search === `+quoted("?q="+url.QueryEscape(words))+` && document.querySelectorAll("#results tbody tr").length === 1`)
	t.Logf("the answer was there %v after the last letter", time.Since(typed).Round(time.Millisecond))
	wantText(t, d.p, "#count[role=status]", "People shown: 1")
	if !chromium.Evaluate[bool](d.p, `window.samePage === true && document.activeElement.value === `+quoted(words)) {
		t.Error("typing led to another page, or away from the search box")
	}
	const inBox, onRow = `document.activeElement.name === "q"`, `document.activeElement.matches("#results tr:first-child [data-row]")`
	for n, step := range []struct{ key, leads string }{
		{kb.ArrowDown, onRow}, {kb.ArrowUp, inBox}, {kb.ArrowDown, onRow}, {"/", inBox}, {kb.ArrowDown, onRow}, {kb.ArrowDown, onRow},
	} {
		d.p.Keys(step.key)
		if !chromium.Evaluate[bool](d.p, step.leads) {
			t.Fatalf("step %d, %q: not %s; the box reads %q", n, step.key, step.leads, chromium.Evaluate[string](d.p, `document.querySelector("#q").value`))
		}
	}
	d.p.Keys(kb.Enter)
	d.p.Until("their page is open", `location.pathname.endsWith("/users/`+id+`") && document.readyState === "complete"`)
	tabTo(t, d.p, "#reason")
	d.p.Keys(reason)
	tabTo(t, d.p, "form.fields button[type=submit]")
	d.p.Keys(kb.Enter)
	d.p.Until("the banner is there", `document.querySelector("#guise-banner")`)
}

// late makes the answer to a search for this come a second after it was asked
// for, even when nobody waits for it any more.
func late(d *desk, words string) {
	chromium.Evaluate[bool](d.p, `(() => {
		const ask = window.fetch
		window.answered = []
		window.fetch = async (address, options) => {
			const words = new URL(address).searchParams.get("q")
			const answer = await ask(address, {...options, signal: undefined})
			if (words === `+quoted(words)+`) await new Promise(done => setTimeout(done, 1000))
			answered.push(words)
			return answer
		}
		return true
	})()`)
}

func theAnswerIsNeverAnOlderOne(t *testing.T, d *desk) {
	d.p.Goto(d.URL + "/impersonate/users")
	late(d, "m")
	d.p.Keys("m")
	d.p.Until("the first question is asked", `document.querySelector("#results").ariaBusy === "true"`)
	d.p.Keys("aya lind")
	d.p.Until("the second is answered", `location.search === "?q=maya+lind"`) // Maya is among those at first, too
	chromium.Evaluate[bool](d.p, `(document.activeElement.setSelectionRange(2, 2), true)`)
	d.p.Until("so is the first, late", `answered.includes("m")`)
	if got := d.p.Text("#results tbody"); !strings.Contains(got, mayasName) || d.p.Path() != "/impersonate/users?q=maya+lind" {
		t.Errorf("the answer to an older question is shown: %.200q", got)
	}
	if !chromium.Evaluate[bool](d.p, `document.activeElement.name === "q" && document.activeElement.selectionStart === 2`) {
		t.Error("the caret is not where it was")
	}
}

func theArrowWaitsForTheAnswer(t *testing.T, d *desk) {
	d.p.Goto(d.URL + "/impersonate/users")
	late(d, "maya lind")
	d.p.Keys("maya lind", kb.ArrowDown)
	if !chromium.Evaluate[bool](d.p, `document.activeElement.name === "q"`) {
		t.Error("the arrow led to somebody who was not searched for")
	}
	d.p.Until("it leads to Maya", `document.activeElement.matches("#results [data-row]") && document.activeElement.innerText.includes("Maya Lindqvist")`)
}

// theOfficerEndsIt is Boris, on another computer.
func theOfficerEndsIt(t *testing.T, d *desk, customer string) {
	officer := d.p.Private().In(t)
	officer.Goto(d.URL + "/login")
	officer.Post("/login", map[string]string{"email": boss, "password": demo.Password})
	officer.Goto(d.URL + "/impersonate/live")
	wantText(t, officer, "#live tbody tr", customer)
	d.p.Goto(d.URL + "/notes")
	officer.Until("the last path is there, by itself", `document.querySelector("#live tbody .did").innerText.includes("/notes")`)
	officer.Click("#live", "End it: "+adasName+" as "+customer)
	officer.Fill("note", "not agreed with the school")
	officer.Press("#live tr", "End it now")
	wantText(t, officer, "#live", "Nobody is acting as anyone right now")
	d.p.Goto(d.URL + "/notes")
	wantText(t, d.p, "main", "Someone with the right to do so ended it")

	officer.Goto(d.URL + "/impersonate/log")
	officer.Fill("q", customer)
	officer.Enter("q")
	wantText(t, officer, "main tbody", customer)
	if got, want := officer.Path(), "/impersonate/log?q="+url.QueryEscape(customer); got != want {
		t.Errorf("the filter's address is %s; want %s, without what was not filled in", got, want)
	}
	address := chromium.Evaluate[string](officer, `document.querySelector(".export a").getAttribute("href")`)
	officer.Press("main tbody tr", chromium.Evaluate[string](officer, firstName))
	wantText(t, officer, "main .notice", "not agreed with the school")
	wantText(t, officer, ".timeline", "/notes")

	file := d.Client(officer.Cookies(d.URL)...).Get(address)
	rows, err := csv.NewReader(strings.NewReader(string(file.Body))).ReadAll()
	if err != nil || file.Status != http.StatusOK || len(rows) != 2 {
		t.Fatalf("the export is %s: %d rows, %v; want a head and one", file, len(rows), err)
	}
	for _, want := range []string{adasName, customer, reason, "revoked", "not agreed with the school"} {
		if !strings.Contains(strings.Join(rows[1], "|"), want) {
			t.Errorf("the exported row has no %q: %q", want, rows[1])
		}
	}
}

// theCustomerSeesNothing tries every address of the console.
func theCustomerSeesNothing(t *testing.T, d *desk, email, id string) {
	type log struct{ Impersonations []struct{ ID string } }
	entries := demo.Decode[log](t, d.Login(boss).Get("/impersonate/log"), http.StatusOK).Impersonations
	client := d.Login(email)
	for _, path := range []string{
		"", "users", "users?q=a", "users/1", "users/" + id, "live", "live/events", "log", "log?subject=" + id, "log/" + entries[0].ID,
		"log/unattached", "log/export?format=csv", "log/export?format=jsonl", "explain", "explain?subject=1", "explain?actor=1&subject=" + id,
	} {
		for _, kind := range []string{"application/json", "text/html"} {
			got := client.Accepting(kind).Get("/impersonate/" + path)
			body := string(got.Body)
			if path == "" && got.Status == http.StatusSeeOther {
				continue // to the page of people, which is refused
			}
			if got.Status != http.StatusForbidden {
				t.Errorf("GET %s as %s: %s", path, kind, got)
			}
			for _, secret := range []string{adasName, "Boris", reason, entries[0].ID, `aria-label="Console"`} {
				if strings.Contains(body, secret) {
					t.Errorf("GET %s as %s shows %q", path, kind, secret)
				}
			}
		}
	}
	for path, form := range map[string]url.Values{
		"start":                          {"user_id": {"6"}, "reason": {reason}},
		"mode":                           {"mode": {"read_write"}, "reason": {reason}},
		"live/" + entries[0].ID + "/end": {"note": {"x"}},
		"log/notes":                      {"subject": {"6"}, "note": {"x"}},
		"log/purge":                      {"note": {"x"}},
	} {
		got := client.Post("/impersonate/"+path, form)
		if got.Status < 400 || got.Status >= 500 || strings.Contains(string(got.Body), adasName) {
			t.Errorf("POST %s: %s", path, got)
		}
	}
	wantNobodyElse(t, client, email)
}

// wantNobodyElse checks that the application takes the client for who logged in.
func wantNobodyElse(t *testing.T, client *demo.Client, email string) {
	t.Helper()
	if got := demo.Decode[struct{ Email string }](t, client.Get("/whoami"), http.StatusOK); got.Email != email {
		t.Errorf("the application sees %q, want %q", got.Email, email)
	}
}
