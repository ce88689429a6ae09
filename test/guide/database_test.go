package guide_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/guisetest"
	"github.com/guise-go/guise/sqlguard"
	"github.com/guise-go/guise/sqlstore"
)

func TestGuide_ReadOnlyDatabase(t *testing.T) {
	dataSource := "file:" + filepath.Join(t.TempDir(), "app.db")
	//docs:begin sqlguard
	db, err := sqlguard.Open("sqlite", dataSource, sqlguard.SQLite) // instead of sql.Open
	//docs:end
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(t.Context(), `CREATE TABLE seen (id INTEGER)`); err != nil {
		t.Fatal(err)
	}
	d := open(t, guise.Config{})
	ada := guisetest.NewBrowser(t, d.manager.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := db.ExecContext(r.Context(), `INSERT INTO seen VALUES (1)`); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		fmt.Fprint(w, "marked as read")
	})))
	ada.SetCookie("login", "1")
	d.wants(ada.Get("/message"), 200, "marked as read")
	ada.ActAs("10")
	d.equal(ada.Get("/message").Status, 403)
	ada.Release()
	ada.ActAs("10", write, because)
	d.wants(ada.Get("/message"), 200, "marked as read")
	var rows int
	if err := db.QueryRowContext(t.Context(), `SELECT count(*) FROM seen`).Scan(&rows); err != nil || rows != 2 {
		t.Errorf("%d rows, %v; want the actor's own and the one with write access", rows, err)
	}
}

// A page that notes when somebody was last there is read all the same.
func TestGuide_ANoteByTheWay(t *testing.T) {
	d, noted := open(t, guise.Config{}), 0
	noteLastSeen := func(context.Context) { noted++ }
	ada := guisetest.NewBrowser(t, d.manager.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		//docs:begin may-write
		if guise.MayWrite(r.Context()) {
			noteLastSeen(r.Context())
		}
		//docs:end
		fmt.Fprint(w, "a page")
	})))
	ada.SetCookie("login", "1")
	ada.Get("/")
	ada.ActAs("10")
	d.wants(ada.Get("/"), 200, "a page")
	if noted != 1 {
		t.Errorf("noted %d times; want once, for herself", noted)
	}
}

// TestGuide_TheDatabaseHoldsNoToken: who reads the database can't act as anyone.
func TestGuide_TheDatabaseHoldsNoToken(t *testing.T) {
	file := filepath.Join(t.TempDir(), "guise.db")
	db, err := sqlguard.Open("sqlite", "file:"+file, sqlguard.SQLite)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	store, err := sqlstore.Open(t.Context(), db, sqlstore.SQLite)
	if err != nil {
		t.Fatal(err)
	}
	d := open(t, guise.Config{Store: store})
	server := httptest.NewTLSServer(d.handler)
	defer server.Close()
	jar, _ := cookiejar.New(nil)
	home, _ := url.Parse(server.URL)
	jar.SetCookies(home, []*http.Cookie{{Name: "login", Value: "1"}})
	client := &http.Client{Jar: jar, Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	answer, err := client.PostForm(server.URL+"/impersonate/start", url.Values{"user_id": {"10"}})
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, answer.Body)
	_ = answer.Body.Close()
	content, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(content), "Maya") {
		t.Fatalf("the database does not have the impersonation: %v", err)
	}
	tokens := 0
	for _, cookie := range jar.Cookies(home) {
		if strings.Contains(cookie.Name, "guise") {
			tokens++
			if strings.Contains(string(content), cookie.Value) {
				t.Error("the database has the token")
			}
		}
	}
	if tokens != 1 {
		t.Errorf("the browser has %d tokens", tokens)
	}
}
