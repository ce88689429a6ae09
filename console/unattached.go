package console

import (
	"html/template"

	"github.com/guise-go/guise"
)

// UnattachedURL is a page of what is on record besides impersonations: of one kind
// and by one person, or with "" of all.
func (v *view) UnattachedURL(kind guise.Kind, actor, cursor string) string {
	return address(v.URL("log", "unattached"), "kind", string(kind), "actor", actor, "cursor", cursor)
}

// Kinds are those to filter by, all of them first.
func (v *view) Kinds(data guise.UnattachedData) []tab {
	var tabs []tab
	for _, kind := range []guise.Kind{"", guise.KindLimited, guise.KindNote, guise.KindPurged} {
		name := v.words.T("log.all")
		if kind != "" {
			name = v.words.kindName(kind)
		}
		tabs = append(tabs, tab{name, v.UnattachedURL(kind, data.ActorID, ""), chosen(kind == data.Kind)})
	}
	return tabs
}

// ofActor is the filter that finds what one person did.
func ofActor(id string) guise.LogQuery { return guise.LogQuery{ActorID: id} }

// ofSubject is the filter that finds what is about one person.
func ofSubject(id string) guise.LogQuery { return guise.LogQuery{SubjectID: id} }

// unattachedRow is a row of what is on record besides impersonations.
type unattachedRow struct {
	// Happened is what did, with which limit was reached or how far a purge went,
	// and a note.
	When, Happened template.HTML
	// By is who did it, "" where it happened by itself, About whom it is about.
	By, About template.HTML
	ClientIP  template.HTML
}

// UnattachedRows are the rows of what is on record besides impersonations.
func (v *view) UnattachedRows(events []guise.Event) []unattachedRow {
	rows := make([]unattachedRow, len(events))
	for n := range events {
		rows[n] = v.unattachedRow(&events[n])
	}
	return rows
}

func (v *view) unattachedRow(e *guise.Event) unattachedRow {
	row := unattachedRow{When: toMinute(e.Time), Happened: v.words.happened(e), ClientIP: shortIfAny(e.ClientIP)}
	if by := doer(e); by.ID != "" {
		row.By = linkTo(v.LogURL(ofActor(by.ID), ""), plain+asRow, v.words.called(by))
	}
	if about := e.Subject.User; about.ID != "" {
		row.About = v.words.called(about)
		if v.MayFind {
			row.About = linkTo(v.URL("users", about.ID), plain, row.About)
		}
	}
	return row
}

func (w *words) happened(e *guise.Event) template.HTML {
	cell := badge("kind-"+string(e.Kind), w.kindName(e.Kind))
	switch {
	case e.Kind == guise.KindLimited:
		cell += "<p>" + escaped(w.limitName(e.Code)) + "</p>"
	case e.Kind == guise.KindPurged && e.PurgedTo != 0:
		cell += "<p>" + escaped(w.amount("unattached.up-to", e.PurgedTo)) + "</p>"
	}
	if e.Note != "" {
		cell += `<p class="said">` + bdi(e.Note) + "</p>"
	}
	return cell
}

// doer is who did what an event says; nobody when it happened by itself.
func doer(e *guise.Event) guise.User {
	if e.By.ID != "" {
		return e.By.User
	}
	return e.Actor.User
}
