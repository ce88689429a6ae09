package guide_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/guisetest"
)

func TestGuide_StripPrefix(t *testing.T) {
	d := open(t, guise.Config{})
	m, mux := d.manager, http.NewServeMux()
	mux.HandleFunc("/", d.page)
	//docs:begin strip-prefix
	outer := http.NewServeMux()
	outer.Handle("/app/", http.StripPrefix("/app", m.Middleware(mux)))
	//docs:end
	ada := guisetest.NewBrowser(t, outer).WithBasePath("/app/impersonate/")
	ada.SetCookie("login", "1")
	ada.ActAs("10")
	got := ada.Get("/app/orders").Body
	if !strings.Contains(got, "GET /orders as 10") || !strings.Contains(got, `/app/impersonate/stop"`) {
		t.Errorf("under a prefix:\n%s", got)
	}
}

func TestGuide_Proxy(t *testing.T) {
	var config guise.Config
	//docs:begin proxy
	config.PublicPrefix = "https://app.example/school"
	config.ClientIP = func(r *http.Request) string {
		return r.Header.Get("X-Real-IP") // the proxy sets it, and takes off what clients send
	}
	//docs:end
	d := open(t, config)
	r := httptest.NewRequestWithContext(t.Context(), "POST", "/impersonate/start", strings.NewReader("user_id=10"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "https://app.example")
	r.Header.Set("X-Real-IP", "192.0.2.7")
	r.AddCookie(&http.Cookie{Name: "login", Value: "1"})
	w := httptest.NewRecorder()
	d.manager.Middleware(http.NotFoundHandler()).ServeHTTP(w, r)
	d.equal(w.Header().Get("Location"), "/school/")
	d.equal(d.events(guise.KindStarted)[0].ClientIP, "192.0.2.7")
}

func TestGuide_Status(t *testing.T) {
	d := open(t, guise.Config{})
	d.ActAs("10")
	got := d.Get("/impersonate/status")
	//docs:begin status
	var status struct {
		Impersonating bool
		User, Actor   struct{ ID, Name string }
		Impersonation struct {
			ID, Mode  string
			ExpiresAt string `json:"expires_at"`
		}
	}
	err := json.Unmarshal([]byte(got.Body), &status)
	//docs:end
	if err != nil || !status.Impersonating || status.User.Name != "Maya" || status.Actor.Name != "Ada" ||
		status.Impersonation.Mode != "read_only" || status.Impersonation.ExpiresAt == "" {
		t.Errorf("status %+v, %v", status, err)
	}
	d.equal(d.Get("/api/orders").Header.Get("Guise-Impersonation"), status.Impersonation.ID)
}

// An API that gives whoever asks who they are a new token, too.
func TestGuide_TokensAreNotHandedOut(t *testing.T) {
	newToken := func(id string) string { return "good for a day as " + id }
	d := open(t, guise.Config{})
	me := d.manager.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		realID, _ := loggedIn(r)
		id := guise.EffectiveID(r.Context(), realID)
		//docs:begin tokens
		answer := map[string]string{"id": id}
		if _, impersonating := guise.From(r.Context()); !impersonating {
			answer["token"] = newToken(id)
		}
		//docs:end
		_ = json.NewEncoder(w).Encode(answer)
	}))
	ada := guisetest.NewBrowser(t, me)
	ada.SetCookie("login", "1")
	if got := ada.Get("/user").Body; got != `{"id":"1","token":"good for a day as 1"}`+"\n" {
		t.Errorf("as herself: %s", got)
	}
	ada.ActAs("10")
	if got := ada.Get("/user").Body; got != `{"id":"10"}`+"\n" {
		t.Errorf("as Maya: %s", got)
	}
}

// An API that knows its users by a token in a header.
func TestGuide_API(t *testing.T) {
	var config guise.Config
	tokens := map[string]string{"t-ada": "1"}
	userOfToken := func(token string) (string, error) {
		if id, ok := tokens[token]; ok {
			return id, nil
		}
		return "", errors.New("this token has expired, or is forged")
	}
	//docs:begin api
	config.Identify = func(r *http.Request) (string, error) {
		if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
			id, err := userOfToken(token)
			if err != nil {
				return "", nil // expired or forged is nobody's; an error would be a 503
			}
			return id, nil
		}
		return loggedIn(r) // the pages' cookie
	}
	//docs:end
	d := open(t, config)
	server := httptest.NewTLSServer(d.handler)
	defer server.Close()
	client := server.Client()
	client.Jar, _ = cookiejar.New(nil)
	token := "t-ada"
	ask := func(method, path, body string) string {
		r, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Accept", "application/json")
		r.Header.Set("Content-Type", "application/json")
		answer, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = answer.Body.Close() }()
		content, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	for _, step := range []struct{ method, path, body, says string }{
		{"GET", "/api/orders", "", "as "}, // the page knows no token
		{"POST", "/impersonate/start", `{"user_id":"10"}`, `"state":"active"`},
		{"GET", "/api/orders", "", "as 10"},
		{"DELETE", "/api/orders", "", `"code":"read-only"`},
		{"POST", "/impersonate/stop", "{}", `"cause":"stopped"`},
	} {
		if got := ask(step.method, step.path, step.body); !strings.Contains(got, step.says) {
			t.Errorf("%s %s: %s", step.method, step.path, got)
		}
	}
	token = "t-old"
	if got := ask("GET", "/impersonate/status", ""); !strings.Contains(got, `"code":"not-logged-in"`) {
		t.Errorf("with an expired token: %s", got)
	}
}
