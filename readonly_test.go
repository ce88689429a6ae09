package guise_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/guise-go/guise"
)

// A page that writes on GET: the application answers the refusal with a 500.
func TestReadOnly_AFailureAfterARefusedWriteIsExplained(t *testing.T) {
	for _, try := range []struct {
		name, accept string
		refuses      bool
		status, want int
		says         string
	}{
		{"a page", asPage, true, 500, 403, "This page writes"},
		{"a script", asJSON, true, 500, 403, `"code":"read-only"`},
		{"a page of the application's own for it", asPage, true, 409, 409, "own words"},
		{"a failure of another kind", asPage, false, 500, 500, "own words"},
	} {
		t.Run(try.name, func(t *testing.T) {
			w := newWorld(t, nil)
			w.handler = w.manager.Middleware(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				if try.refuses && !guise.MayWrite(r.Context()) {
					if err := guise.RefuseWrite(r.Context(), nil); !errors.Is(err, guise.ErrReadOnly) {
						t.Errorf("error %v", err)
					}
				}
				rw.Header().Set("Content-Type", "text/html; charset=utf-8")
				rw.Header().Set("Content-Length", "9")
				rw.WriteHeader(try.status)
				_, _ = rw.Write([]byte("own words"))
			}))
			b := w.login("1")
			b.start("10")
			got := b.do("GET", "/opens", "", try.accept)
			if body := got.Body.String(); got.Code != try.want || !strings.Contains(body, try.says) || strings.Contains(body, "own words") != (try.want == try.status) {
				t.Errorf("%d %s; want %d, %q", got.Code, body, try.want, try.says)
			}
			if try.accept == asPage && try.want == 403 && !strings.Contains(got.Body.String(), "guise-banner") {
				t.Error("the page has no banner")
			}
			logged := w.logged(guise.KindRequest)
			if last := logged[len(logged)-1]; last.Status != try.want || last.Path != "/opens" {
				t.Errorf("the log says %d %s", last.Status, last.Path)
			}
		})
	}
}

// The answer to a page that writes says so in each of the languages.
func TestReadOnly_APageThatWritesSaysSoInEveryLanguage(t *testing.T) {
	w := newWorld(t, nil)
	w.handler = w.manager.Middleware(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		_ = guise.RefuseWrite(r.Context(), nil)
		rw.WriteHeader(http.StatusInternalServerError)
	}))
	b := w.login("1")
	b.start("10")
	for language, want := range map[string]string{
		"en": "This page writes", "de": "Diese Seite schreibt", "fr": "Cette page écrit", "es": "Esta página escribe",
		"pt-BR": "Esta página grava dados", "nl": "Deze pagina schrijft", "da": "Denne side skriver", "pl": "Ta strona zapisuje",
		"cs": "Tato stránka zapisuje", "sk": "Táto stránka zapisuje", "ru": "Эта страница записывает",
		"ja": "このページは書き込みを行います", "fa": "این صفحه چیزی می\u200cنویسد",
	} {
		got := b.do("GET", "/opens", "", asPage, "Accept-Language: "+language)
		if body := got.Body.String(); got.Code != http.StatusForbidden || !strings.Contains(body, want) || !strings.Contains(body, `/impersonate/mode"`) {
			t.Errorf("%s: %d %s\nwant 403, %q and the way to write access", language, got.Code, body, want)
		}
	}
}

func TestReadOnly_MayWriteSaysTheMode(t *testing.T) {
	for body, want := range map[string]bool{"": false, "mode read_write reason x": true} {
		w := newWorld(t, nil)
		var got bool
		w.handler = w.manager.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			got = guise.MayWrite(r.Context())
			job, err := guise.Resume(t.Context(), guise.Carry(r.Context()))
			if err != nil || guise.MayWrite(job) != got {
				t.Errorf("%q: a job's context says otherwise (%v)", body, err)
			}
		}))
		b := w.login("1")
		b.start("10", strings.Fields(body)...)
		if b.get("/"); got != want {
			t.Errorf("%q: MayWrite %v; want %v", body, got, want)
		}
	}
	if !guise.MayWrite(t.Context()) {
		t.Error("without an impersonation, nothing may be written")
	}
}
