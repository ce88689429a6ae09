package drive

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/guise-go/guise/examples/internal/desk"
)

// API says how an application's API is called.
type API struct {
	// LogIn, Me, Notes and Add are the methods and paths of the calls: "POST /login".
	LogIn, Me, Notes, Add string
	// AddBody is the body that adds a note, as JSON, around the text.
	AddBody func(text string) any
}

// client is one person's, with their bearer token. Unlike most clients of an API
// it keeps cookies, for Guise's is one.
type client struct {
	*Browser
	api   API
	token string
}

// Bearer tells the story of an API whose clients send a bearer token.
func Bearer(t *testing.T, base string, api API) {
	t.Helper()
	nobody := &client{Browser: Open(t, base), api: api}
	nobody.call(api.Me, map[string]string{}).want(t, http.StatusUnauthorized, "asking without a token")
	nobody.call("POST /impersonate/start", map[string]string{"user_id": Maya}).want(t, http.StatusUnauthorized, "starting without a token")

	for _, c := range []struct {
		name string
		tell func(t *testing.T, ada, maya *client)
	}{
		{"a customer can't start", clientCantStart},
		{"acting, in read-only", clientActs},
		{"acting, with a reason to write", clientWrites},
		{"an old cookie", clientIsLate},
		{"another tab", clientOpensATab},
		{"the cookie without the token", clientLostItsToken},
	} {
		t.Run(c.name, func(t *testing.T) {
			ada, maya := logIn(t, base, api, "ada"), logIn(t, base, api, "maya")
			ada.wantMe(adaName)
			c.tell(t, ada, maya)
			if !t.Failed() {
				maya.wantMe(mayaName)
			}
		})
	}
}

func logIn(t *testing.T, base string, api API, username string) *client {
	t.Helper()
	return (&client{Browser: Open(t, base), api: api}).logIn(username)
}

// logIn logs somebody in without a token, in the same browser.
func (c *client) logIn(username string) *client {
	c.t.Helper()
	made := &client{Browser: c.Browser, api: c.api}
	got := made.call(c.api.LogIn, map[string]string{"username": username, "password": desk.Password})
	got.want(c.t, http.StatusOK, "logging "+username+" in")
	var body struct{ Token string }
	if err := json.Unmarshal([]byte(got.Body), &body); err != nil || body.Token == "" {
		c.t.Fatalf("no token in %s: %v", got.Body, err)
	}
	made.token = body.Token
	return made
}

// call makes a call, "POST /path", with a JSON body unless that is nil.
func (c *client) call(call string, body any) Answer {
	c.t.Helper()
	method, path, _ := strings.Cut(call, " ")
	text := ""
	if body != nil {
		packed, err := json.Marshal(body)
		if err != nil {
			c.t.Fatal(err)
		}
		text = string(packed)
	}
	headers := []string{"Accept", "application/json", "Content-Type", "application/json", "Sec-Fetch-Mode", "cors"}
	if c.token != "" {
		headers = append(headers, "Authorization", "Bearer "+c.token)
	}
	return c.Do(method, path, strings.NewReader(text), headers...)
}

func (c *client) start(fields map[string]string) {
	c.t.Helper()
	c.call("POST /impersonate/start", fields).want(c.t, http.StatusCreated, "starting")
}

func (c *client) wantMe(name string) Answer {
	c.t.Helper()
	got := c.call(c.api.Me, map[string]string{})
	got.want(c.t, http.StatusOK, "asking who one is")
	if !strings.Contains(got.Body, `"`+name+`"`) {
		c.t.Errorf("the API says %s; want %s", got.Body, name)
	}
	return got
}

func (c *client) add(text string) Answer {
	c.t.Helper()
	return c.call(c.api.Add, c.api.AddBody(text))
}

func (c *client) wantNote(text string, want bool) {
	c.t.Helper()
	got := c.call(c.api.Notes, map[string]string{})
	got.want(c.t, http.StatusOK, "asking for the notes")
	if has := strings.Contains(got.Body, text); has != want {
		c.t.Errorf("the note %q is there: %v; want %v", text, has, want)
	}
}

func clientCantStart(t *testing.T, _, maya *client) {
	got := maya.call("POST /impersonate/start", map[string]string{"user_id": Noah, "reason": "curious"})
	got.want(t, http.StatusForbidden, "a customer who starts")
	if maya.Cookie(Handle) != "" {
		t.Error("a customer was given the cookie")
	}
}

func clientActs(t *testing.T, ada, maya *client) {
	ada.start(map[string]string{"user_id": Maya})
	me := ada.wantMe(mayaName)
	status := ada.call("GET /impersonate/status", nil)
	status.want(t, http.StatusOK, "the status")
	var said struct {
		Impersonating bool
		User, Actor   struct{ Name string }
		Impersonation struct{ ID, Mode string }
	}
	if err := json.Unmarshal([]byte(status.Body), &said); err != nil {
		t.Fatal(err)
	}
	if !said.Impersonating || said.User.Name != mayaName || said.Actor.Name != adaName || said.Impersonation.Mode != "read_only" {
		t.Errorf("the status says %s", status.Body)
	}
	if told := me.Header.Get("Guise-Impersonation"); told == "" || told != said.Impersonation.ID {
		t.Errorf("the header Guise-Impersonation is %q; want %q", told, said.Impersonation.ID)
	}
	ada.wantNote("anything", false) // a read, whatever its method is
	refused := ada.add("written by mistake")
	refused.want(t, http.StatusMethodNotAllowed, "a write in read-only")
	if refused.Code() != "read-only" {
		t.Errorf("the refusal's code is %q: %s", refused.Code(), refused.Body)
	}
	maya.wantNote("written by mistake", false)
	ada.call("POST /impersonate/stop", nil).want(t, http.StatusOK, "leaving")
	ada.wantMe(adaName)
}

func clientWrites(t *testing.T, ada, maya *client) {
	ada.start(map[string]string{"user_id": Maya, "mode": "read_write", "reason": "She asked me to write it down."})
	ada.add("by support, for Maya").want(t, http.StatusOK, "writing with a reason")
	ada.call("POST /impersonate/stop", nil).want(t, http.StatusOK, "leaving")
	maya.wantNote("by support, for Maya", true)
	ada.wantNote("by support, for Maya", false)
}

func clientIsLate(t *testing.T, ada, _ *client) {
	ada.start(map[string]string{"user_id": Maya, "mode": "read_write", "reason": "She asked me to write it down."})
	old := ada.Cookie(Handle)
	ada.call("POST /impersonate/stop", nil).want(t, http.StatusOK, "leaving")
	ada.SetCookie(Handle, old)
	late := ada.add("too late")
	late.want(t, http.StatusForbidden, "a write with an old cookie")
	if late.Code() != "impersonation-ended" || ada.Cookie(Handle) != "" {
		t.Errorf("the refusal's code is %q, and the cookie is there still: %v", late.Code(), ada.Cookie(Handle) != "")
	}
	ada.add("again").want(t, http.StatusForbidden, "the script's next try")
	ada.goOn()
	ada.wantNote("too late", false)
	ada.wantNote("again", false)
}

// goOn says that the person has been told: until then a script of theirs, which
// may still show the other's data, is refused.
func (c *client) goOn() {
	c.t.Helper()
	c.call("GET /impersonate/ended", nil).want(c.t, http.StatusOK, "being told that it is over")
}

// clientOpensATab: logging in beside an impersonation, as the same person,
// neither ends it nor gets round it.
func clientOpensATab(_ *testing.T, ada, _ *client) {
	ada.start(map[string]string{"user_id": Maya})
	tab := ada.logIn("ada")
	tab.wantMe(mayaName)
	ada.wantMe(mayaName)
	ada.call("POST /impersonate/stop", nil).want(ada.t, http.StatusOK, "leaving")
	tab.wantMe(adaName)
}

// clientLostItsToken: the cookie is nothing without its actor's login, and a
// request without one ends the impersonation, as a logout does.
func clientLostItsToken(t *testing.T, ada, _ *client) {
	ada.start(map[string]string{"user_id": Maya})
	token, handle := ada.token, ada.Cookie(Handle)
	ada.token = ""
	ada.call(ada.api.Add, ada.api.AddBody("by nobody")).want(t, http.StatusForbidden, "the cookie without the token")
	ada.token = token
	ada.SetCookie(Handle, handle)
	ada.add("too late").want(t, http.StatusForbidden, "a write after the logout")
	ada.goOn()
	ada.wantMe(adaName)
}
