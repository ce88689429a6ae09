package guise_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/guise-go/guise"
)

func TestInput_BadBodiesGetAClearErrorAndChangeNothing(t *testing.T) {
	const forms, document = "application/x-www-form-urlencoded", "application/json"
	big := strings.Repeat("x", 64<<10)
	for _, r := range []struct {
		name, kind, body string
		status           int
		field            string
	}{
		{"empty", forms, "", 400, "user_id"},
		{"user absent", forms, "reason=x", 400, "user_id"},
		{"user doubled", forms, "user_id=10&user_id=11", 400, "user_id"},
		{"reason doubled", forms, "user_id=10&reason=a&reason=b", 400, "reason"},
		{"user in the address only", forms, "reason=x", 400, "user_id"},
		{"user too long", forms, "user_id=" + strings.Repeat("1", 256), 400, "user_id"},
		{"reason too long", forms, "user_id=10&reason=" + strings.Repeat("a", 4001), 400, "reason"},
		{"ticket too long", forms, "user_id=10&ticket=" + strings.Repeat("a", 256), 400, "ticket"},
		{"not UTF-8", forms, "user_id=10&reason=%ff%fe", 400, "reason"},
		{"NUL", forms, "user_id=10&reason=a%00b", 400, "reason"},
		{"NUL in the ID", forms, "user_id=10%00", 400, "user_id"},
		{"no such mode", forms, "user_id=10&mode=root", 400, "mode"},
		{"mode in capitals", forms, "user_id=10&mode=READ_ONLY", 400, "mode"},
		{"malformed", forms, "user_id=10;mode=x%zz", 400, "body"},
		{"over 64 KiB", forms, "user_id=10&reason=" + big, 413, ""},
		{"another type", "text/plain", "user_id=10", 415, ""},
		{"multipart", "multipart/form-data; boundary=x", "--x--", 415, ""},
		{"unknown fields are a framework's", forms, "user_id=10&csrf_token=abc", 201, ""},
		{"ID that is no user's", forms, "user_id=010", 404, ""},

		{"JSON", document, `{"user_id":"10","reason":"x"}`, 201, ""},
		{"JSON with a number for an ID", document, `{"user_id":10,"duration":60}`, 201, ""},
		{"JSON with a fraction", document, `{"user_id":10.0}`, 400, "user_id"},
		{"JSON with an exponent", document, `{"user_id":1e1}`, 400, "user_id"},
		{"JSON with null", document, `{"user_id":null}`, 400, "user_id"},
		{"JSON with true", document, `{"user_id":true}`, 400, "user_id"},
		{"JSON with a list", document, `{"user_id":["10"]}`, 400, "user_id"},
		{"JSON with an object", document, `{"user_id":{"id":"10"}}`, 400, "user_id"},
		{"JSON, unknown field", document, `{"user_id":"10","superuser":"1"}`, 400, "superuser"},
		{"JSON, field in capitals", document, `{"USER_ID":"10"}`, 400, "USER_ID"},
		{"JSON, doubled", document, `{"user_id":"10","user_id":"11"}`, 400, "user_id"},
		{"JSON, doubled by an escape", document, `{"user_id":"10","user\u005fid":"11"}`, 400, "user_id"},
		{"JSON, cut off", document, `{"user_id":"10"`, 400, "body"},
		{"JSON, twice", document, `{"user_id":"10"}{"user_id":"11"}`, 400, "body"},
		{"JSON, a list", document, `["user_id","10"]`, 400, "body"},
		{"JSON, empty", document, ``, 400, "body"},
		{"JSON, not UTF-8", document, "{\"user_id\":\"10\",\"reason\":\"\xff\"}", 400, "body"},
		{"JSON, NUL", document, `{"user_id":"10","reason":"a\u0000b"}`, 400, "reason"},
		{"JSON, deep", document, strings.Repeat(`{"user_id":`, 5000) + "1" + strings.Repeat("}", 5000), 400, "user_id"},
		{"JSON, over 64 KiB", document, `{"user_id":"10","reason":"` + big + `"}`, 413, ""},
	} {
		t.Run(r.name, func(t *testing.T) {
			w := newWorld(t, nil)
			b := w.login("1")
			got := b.do("POST", "/impersonate/start?user_id=11", r.body, asJSON, "Content-Type: "+r.kind)
			if got.Code != r.status {
				t.Fatalf("%d %s; want %d", got.Code, got.Body, r.status)
			}
			if r.field != "" && got.json()["field"] != r.field {
				t.Errorf("names %v; want %s", got.json()["field"], r.field)
			}
			if made := len(w.logged(guise.KindStarted)); made > 0 != (r.status == 201) {
				t.Errorf("%d started", made)
			}
		})
	}
}

// TestInput_OfSeveralWrongFieldsTheSameIsNamed: whoever sends the same again is told
// the same.
func TestInput_OfSeveralWrongFieldsTheSameIsNamed(t *testing.T) {
	w := newWorld(t, nil)
	named := map[any]int{}
	for range 30 {
		named[w.login("1").post("/impersonate/start", "user_id=%00&reason=%00&ticket=%00&mode=%00").json()["field"]]++
	}
	if len(named) != 1 {
		t.Errorf("named are %v", named)
	}
}

func TestInput_ABodyThatSaysItIsTooLongIsNotRead(t *testing.T) {
	w := newWorld(t, nil)
	body := &countingReader{}
	r := httptest.NewRequest("POST", "/impersonate/start", body)
	r.ContentLength = 64<<10 + 1
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(&http.Cookie{Name: loginCookie, Value: "1"})
	recorder := httptest.NewRecorder()
	w.handler.ServeHTTP(recorder, r)
	if recorder.Code != http.StatusRequestEntityTooLarge || body.n > 0 {
		t.Errorf("%d after reading %d bytes", recorder.Code, body.n)
	}
}

type countingReader struct{ n int }

func (c *countingReader) Read(p []byte) (int, error) { c.n += len(p); return len(p), nil }

func FuzzStart(f *testing.F) {
	for _, seed := range bodyAttacks {
		f.Add(seed.kind, seed.body)
	}
	f.Fuzz(func(t *testing.T, kind, body string) {
		w := newWorld(t, nil)
		r := httptest.NewRequest("POST", "/impersonate/start", strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		r.AddCookie(&http.Cookie{Name: loginCookie, Value: "1"})
		recorder := httptest.NewRecorder()
		w.handler.ServeHTTP(recorder, r)
		if recorder.Code >= 500 {
			t.Errorf("%q %q: %d %s", kind, body, recorder.Code, recorder.Body)
		}
		encoded := strings.ContainsAny(body, `%\`)
		for _, started := range w.logged(guise.KindStarted) {
			if !encoded && (!strings.Contains(body, started.Subject.ID) || started.Mode != guise.ReadOnly && !strings.Contains(body, "reason")) {
				t.Errorf("%q %q: started as %s, %s", kind, body, started.Subject.ID, started.Mode)
			}
		}
	})
}
