package console

import (
	"html/template"

	"github.com/guise-go/guise"
)

// candidates are the people whom an ambiguous question may be about.
type candidates struct {
	Text   string
	People []candidate
	// More says how many these are when there are others.
	More string
}

// candidate is one of them, and the address of the same question about them.
type candidate struct {
	User guise.User
	URL  string
}

// Candidates are those who fit what was typed for one of the two people: the
// "actor" or the "subject".
func (v *view) Candidates(which string, data guise.ExplainData) candidates {
	asked := data.Subject
	if which == "actor" {
		asked = data.Actor
	}
	found := candidates{Text: asked.Text}
	for _, user := range asked.Several {
		actor, subject := known(data.Actor), known(data.Subject)
		if which == "actor" {
			actor = user.ID
		} else {
			subject = user.ID
		}
		found.People = append(found.People, candidate{
			user, address(v.URL("explain"), "actor", actor, "subject", subject, "mode", string(data.Mode)),
		})
	}
	if asked.More {
		found.More = v.words.count("explain.more", len(found.People))
	}
	return found
}

// because is what refuses, said of others as of oneself; "" when nothing does, or
// only what could not be decided.
func (w *words) because(verdicts []guise.Verdict) template.HTML {
	for _, verdict := range verdicts {
		if verdict.Refusal == nil {
			continue
		}
		if name := w.codeName(verdict.Refusal.Code); name != "" {
			return escaped(name)
		}
		return bdi(w.why(verdict.Refusal))
	}
	return ""
}

// known is whom it is about, as it stands in an address: the ID, once that is
// clear.
func known(asked guise.ExplainPerson) string {
	if asked.User != nil {
		return asked.User.ID
	}
	return asked.Text
}
