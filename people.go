package guise

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// statusJSON answers: who am I, really and in effect?
type statusJSON struct {
	Impersonating bool               `json:"impersonating"`
	User          userJSON           `json:"user"`
	Actor         *userJSON          `json:"actor"`
	Impersonation *impersonationJSON `json:"impersonation"`
}

func (v *visit) getStatus() error {
	actor, err := v.realActor()
	if err != nil {
		return err
	}
	status := statusJSON{User: userOf(actor.User)}
	if len(v.stack) > 0 {
		top := v.stack.Top()
		person, running := userOf(v.labelled(actor).User), impersonationOf(v.asBanner(top))
		status = statusJSON{Impersonating: true, User: userOf(top.Subject.User), Actor: &person, Impersonation: &running}
	}
	return v.writeJSON(http.StatusOK, status)
}

// asBanner is an impersonation with no more in it than the banner says, if a
// script asks: the page is the subject's, and so may be its script.
func (v *visit) asBanner(i Impersonation) Impersonation {
	if isScripted(v.r) {
		i.Actor = v.labelled(i.Actor)
		i.Reason, i.Ticket, i.ClientIP, i.UserAgent = "", "", "", ""
	}
	return i
}

// labelled is an actor with no more than what they are called, if a script asks.
func (v *visit) labelled(actor Actor) Actor {
	if isScripted(v.r) {
		return Actor{User{ID: actor.ID, Name: actor.Label()}}
	}
	return actor
}

// finder is the real user, if they may find users.
func (v *visit) finder() (Actor, error) {
	actor, err := v.realActor()
	if err != nil {
		return Actor{}, err
	}
	return actor, v.mayFind(actor)
}

// getUsers lists and searches the users whom the actor may find.
func (v *visit) getUsers() error {
	actor, err := v.finder()
	if err != nil {
		return err
	}
	query, err := v.usersQuery()
	if err != nil {
		return err
	}
	if err := v.spend(limitSearches, actor); err != nil {
		return err
	}
	if query.Filter, err = v.scope(v.r.Context(), actor); err != nil {
		return err
	}
	found, err := v.search(v.r.Context(), query)
	if err != nil {
		return err
	}
	data := UsersData{Query: query.Text, Cursor: query.Cursor, Next: found.Next}
	var seen []string
	for _, user := range found.Users {
		row, err := v.row(actor, user)
		if err != nil {
			return err
		}
		data.Users, seen = append(data.Users, row), append(seen, user.ID)
	}
	if err := v.meet(actor, seen...); err != nil {
		return err
	}
	if v.answersJSON() {
		return v.writeUsers(data)
	}
	if query.Text == "" && query.Cursor == "" {
		if data.Recent, err = v.recent(actor, query.Filter); err != nil {
			return err
		}
	}
	v.page(http.StatusOK, PageUsers, data)
	return nil
}

func (v *visit) usersQuery() (Query, error) {
	text, err := queryText(v.r, "q", maxQuery)
	if err != nil {
		return Query{}, err
	}
	cursor, err := queryText(v.r, "cursor", maxField)
	return Query{Text: strings.TrimSpace(text), Cursor: cursor, Limit: v.config.PageSize}, err
}

// row is a user and whether the actor may act as them, by the same rules that
// decide at the start.
func (v *visit) row(actor Actor, user User) (UserRow, error) {
	if len(v.stack) >= v.config.MaxDepth {
		return UserRow{User: user, WhyNot: actingAlready}, nil
	}
	denied, err := v.whyNot(actor, user, v.config.DefaultMode)
	return UserRow{User: user, WhyNot: denied}, err
}

// actingAlready is why one can't act as anybody while acting as someone already,
// where impersonations can't be stacked any further.
var actingAlready = &DeniedError{Code: codeConflict, Sentence: "You are acting as someone already. Leave them first."}

// whyNot is why the actor may not act as the user in a mode; nil when they may.
func (v *visit) whyNot(actor Actor, user User, mode Mode) (*DeniedError, error) {
	err := v.checkChain(v.r.Context(), Ask{Actor: actor, Subject: Subject{user}, Mode: mode, Request: v.r}, v.effective(actor))
	var denied *DeniedError
	if err != nil && !errors.As(err, &denied) {
		return nil, err
	}
	return denied, nil
}

// refuseModes says in the form which modes the actor may not have with a user,
// so that nobody chooses what would be refused.
func (v *visit) refuseModes(form *StartForm, actor Actor, user User) error {
	for _, mode := range form.Modes {
		denied, err := v.whyNot(actor, user, mode)
		if err != nil {
			return err
		}
		if denied == nil {
			continue
		}
		if form.Refused == nil {
			form.Refused = map[Mode]*DeniedError{}
		}
		form.Refused[mode] = denied
	}
	return nil
}

// effective is whom the application sees.
func (v *visit) effective(actor Actor) User {
	if len(v.stack) > 0 {
		return v.stack.Top().Subject.User
	}
	return actor.User
}

func (v *visit) writeUsers(data UsersData) error {
	body := struct {
		Users      []userRowJSON `json:"users"`
		NextCursor string        `json:"next_cursor"`
	}{make([]userRowJSON, 0, len(data.Users)), data.Next}
	for _, row := range data.Users {
		body.Users = append(body.Users, userRowOf(row))
	}
	return v.writeJSON(http.StatusOK, body)
}

// getUser is one user and the form to start, filled in from the address, so
// that a help desk can link to it.
func (v *visit) getUser() error {
	if _, err := v.finder(); err != nil {
		return err
	}
	form, err := v.prefilledForm()
	if err != nil {
		return err
	}
	data, err := v.userData(v.r.PathValue("id"), form)
	if err != nil {
		return err
	}
	if v.answersJSON() {
		return v.writeJSON(http.StatusOK, struct {
			userRowJSON
			Impersonations []impersonationJSON `json:"impersonations"`
		}{userRowOf(data.UserRow), impersonationsOf(data.Past)})
	}
	v.page(http.StatusOK, PageUser, data)
	return nil
}

// prefilledForm is the form with what the address says.
func (v *visit) prefilledForm() (StartForm, error) {
	filled, err := queryFields(v.r, max(maxReason, maxField), fieldReason, fieldTicket, fieldMode, fieldDuration, v.config.NextParam)
	if err != nil {
		return StartForm{}, err
	}
	if err := filled.check(); err != nil {
		return StartForm{}, err
	}
	duration, err := filled.duration()
	request := StartRequest{Reason: filled[fieldReason], Ticket: filled[fieldTicket], Mode: Mode(filled[fieldMode]), Duration: duration}
	return v.startForm(request, filled[v.config.NextParam]), err
}

func (v *visit) startForm(request StartRequest, next string) StartForm {
	form := StartForm{
		Reason: request.Reason, Ticket: request.Ticket, Next: next, Mode: request.Mode, Modes: v.modeChoices(),
		MaxDuration: max(v.config.MaxDuration, 0), RequireReason: v.config.RequireReason, RequireTicket: v.config.TicketPattern != "",
	}
	if !v.modeKnown(form.Mode) {
		form.Mode = v.config.DefaultMode
	}
	if request.Duration > 0 {
		form.Duration = strconv.Itoa(int(request.Duration.Seconds()))
	}
	return form
}

// userData is a user whom the actor can see, with what they may know about them.
// Whatever shows a user's page gets it here, so that each is counted.
func (v *visit) userData(id string, form StartForm) (UserData, error) {
	actor, err := v.finder()
	if err != nil {
		return UserData{}, err
	}
	if err := checkText("id", id, maxUserID); err != nil {
		return UserData{}, err
	}
	if err := v.spend(limitSearches, actor); err != nil {
		return UserData{}, err
	}
	user, err := v.visibleUser(v.r.Context(), actor, id)
	if err != nil {
		return UserData{}, err
	}
	if err := v.meet(actor, user.ID); err != nil {
		return UserData{}, err
	}
	data := UserData{Form: form}
	if data.UserRow, err = v.row(actor, user); err != nil {
		return UserData{}, err
	}
	if data.Past, err = v.pastOf(actor, id); err != nil || v.answersJSON() {
		return data, err
	}
	if data.CanImpersonate() {
		err = v.refuseModes(&data.Form, actor, user)
	}
	return data, err
}

// pastOf are the newest impersonations of a user that the actor may see.
func (v *visit) pastOf(actor Actor, id string) ([]Impersonation, error) {
	query := LogQuery{SubjectID: id, Limit: pastShown}
	if !v.permitted(v.r.Context(), actor, ActionSee) {
		query.ActorID = actor.ID
	}
	past, err := v.config.Store.Impersonations(v.r.Context(), query)
	if err != nil {
		return nil, fmt.Errorf("guise: reading the log: %w", err)
	}
	return past.Impersonations, nil
}

// pastShown is how many past impersonations a user's page has.
const pastShown = 10
