package console

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/guise-go/guise"
)

// ownRefusals are the refusals that Guise itself makes and a page can show.
func ownRefusals() []*guise.DeniedError {
	m, err := guise.New(guise.Config{
		Identify: func(*http.Request) (string, error) { return "", nil },
		Users:    struct{ guise.Directory }{},
		Store:    struct{ guise.Store }{},
		Scope:    func(context.Context, guise.Actor) (guise.Filter, error) { return guise.Filter{IDs: []string{}}, nil },
	})
	if err != nil {
		panic(err)
	}
	nobody := guise.User{ID: "1", Superuser: true}
	worst := guise.Ask{Actor: guise.Actor{User: guise.User{ID: "1"}}, Subject: guise.Subject{User: nobody}, Mode: "made-up"}
	var refusals []*guise.DeniedError
	for _, verdict := range m.Explain(context.Background(), worst) {
		if verdict.Refusal != nil {
			refusals = append(refusals, verdict.Refusal)
		}
	}
	someone := guise.Policy(func(context.Context, guise.Ask) error { return nil })
	byStaff := worst
	byStaff.Actor.Staff = true
	for _, refused := range []struct {
		policy guise.Policy
		ask    guise.Ask
	}{
		{guise.SuperusersOnly, worst}, {guise.SuperusersAndStaff, worst}, {guise.SuperusersAndStaff, byStaff},
		{guise.SameTenant, worst}, {guise.Not(someone), worst}, {guise.All(), worst},
	} {
		var denied *guise.DeniedError
		if errors.As(refused.policy(context.Background(), refused.ask), &denied) {
			refusals = append(refusals, denied)
		}
	}
	return append(refusals, &guise.DeniedError{Code: "already-impersonating", Sentence: "You are acting as someone already. Leave them first."})
}

// The log keeps only the code of a refusal, which is for programs.
func TestTheLogSaysInWordsWhySomethingWasRefused(t *testing.T) {
	v := testView(t).words
	for _, refusal := range ownRefusals() {
		if name := v.codeName(refusal.Code); name == "" && refusal.Code != "already-impersonating" { // which is no refusal of theirs
			t.Errorf("%s has no words", refusal.Code)
		}
	}
	i := denied()
	i.Code = "other-region"
	page := render(t, mustNew(t, guise.ConsoleOptions{}), page(guise.PageEntry, guise.EntryData{Impersonation: i}))
	if !strings.Contains(page, "<code><bdi>other-region</bdi></code>") {
		t.Error("a code of the application's own is not on the page")
	}
}

func TestARefusalOfGuisesOwnIsInTheReadersLanguage(t *testing.T) {
	c := mustNew(t, guise.ConsoleOptions{}).(*console)
	refusals := ownRefusals()
	if len(refusals) < 12 {
		t.Fatalf("only %d refusals", len(refusals))
	}
	for _, lang := range c.texts.Languages() {
		v := c.words[lang]
		for _, refusal := range refusals {
			if own := v.why(refusal); (own == refusal.Sentence) != (lang == "en") {
				t.Errorf("%s: %s says %q", lang, refusal.Code, own)
			}
			theirs := &guise.DeniedError{Code: refusal.Code, Sentence: "Ask Ada first."}
			if have := v.why(theirs); have != theirs.Sentence {
				t.Errorf("%s: the application's own sentence for %s became %q", lang, refusal.Code, have)
			}
		}
	}
}
