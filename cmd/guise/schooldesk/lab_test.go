package schooldesk

import (
	"compress/gzip"
	"html"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestLab_EveryPageSaysWhatToLookFor(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	maya := s.as(t, "maya")
	index := maya.get("/lab/").want(http.StatusOK)
	for _, p := range labPages() {
		index.has(`href="` + p.Path + `"`)
		page := maya.get(p.Path).want(http.StatusOK)
		if page.Header.Get("Content-Encoding") == "gzip" {
			page.body = unzip(t, page.body)
		}
		page.has("Look for: " + html.EscapeString(p.Look))
		if kind := page.Header.Get("Content-Type"); kind != "text/html; charset=utf-8" {
			t.Errorf("%s is %q", p.Path, kind)
		}
	}
}

func TestLab_PoliciesAreExactlyThese(t *testing.T) {
	t.Parallel()
	maya := serveSite(t).as(t, "maya")
	for path, want := range map[string]string{
		"/lab/strict-csp":  "default-src 'none'",
		"/lab/form-action": "form-action 'none'",
		"/lab/meta-csp":    "",
		"/lab/no-body-tag": "",
		"/lab/stream":      "",
	} {
		if got := maya.get(path).Header["Content-Security-Policy"]; strings.Join(got, "|") != want {
			t.Errorf("%s has the policy %q, want %q", path, got, want)
		}
	}
	maya.get("/lab/meta-csp").has(`<meta http-equiv="Content-Security-Policy" content="default-src 'none'">`)
}

func TestLab_NoBodyTag(t *testing.T) {
	t.Parallel()
	page := serveSite(t).as(t, "maya").get("/lab/no-body-tag").has("<!doctype html>", "<title>")
	if strings.Contains(page.body, "<body") || strings.Contains(page.body, "<html") {
		t.Error("the page has a body tag after all")
	}
}

func TestLab_FragmentIsNoDocument(t *testing.T) {
	t.Parallel()
	serveSite(t).as(t, "maya").get("/lab/fragment").hasNot("<!doctype", "<html", "<body", "<head", "<title")
}

func TestLab_GzipUnasked(t *testing.T) {
	t.Parallel()
	page := serveSite(t).as(t, "maya").do("GET", "/lab/gzip", asHTML, nil, "Accept-Encoding", "identity")
	if page.Header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("not compressed: %v", page.Header)
	}
	page.body = unzip(t, page.body)
	page.has("<!doctype html>", "</html>")
}

func TestLab_StreamComesInPieces(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	b := s.as(t, "maya")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/lab/stream", nil)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	response, err := b.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	reads, text, buffer := 0, "", make([]byte, 64<<10)
	for err == nil {
		var n int
		n, err = response.Body.Read(buffer)
		if n > 0 {
			reads++
			text += string(buffer[:n])
		}
		if reads == 1 && strings.Contains(text, "piece 12") {
			t.Fatal("all in one piece")
		}
	}
	if err != io.EOF {
		t.Fatal(err)
	}
	if reads < 6 || !strings.Contains(text, "piece 12 of 12") || !strings.HasSuffix(text, "</html>\n") {
		t.Errorf("%d reads, ends in %q", reads, text[max(0, len(text)-60):])
	}
	if took := time.Since(began); took < 700*time.Millisecond {
		t.Errorf("took %v, want about a second", took)
	}
}

func TestLab_SneakyWriteWrites(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	maya := s.as(t, "maya")
	maya.getJSON("/notes").hasNot("sneaky")
	maya.get("/lab/sneaky-write").want(http.StatusOK)
	maya.getJSON("/notes").has(`"text":"sneaky"`)
	s.as(t, "noah").getJSON("/notes").hasNot("sneaky")
}

func unzip(t *testing.T, body string) string {
	t.Helper()
	zip, err := gzip.NewReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(zip)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
