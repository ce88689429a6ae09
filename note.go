package guise

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// The fields of the form for a note, besides the note itself.
const (
	fieldSubject       = "subject"
	fieldImpersonation = "impersonation"
)

// NoteRequest is a note for the log: of access that went another way, such as
// over the telephone or straight into the database, or about an impersonation.
type NoteRequest struct {
	// SubjectID is whose account it was. It may be left out when
	// ImpersonationID is given.
	SubjectID string
	// ImpersonationID names the impersonation or refused attempt that the note
	// belongs to; "" for none.
	ImpersonationID string
	// Text is the note; at most 4000 bytes.
	Text string
}

// Note adds a note event to the log. By is whose note it is; without an
// impersonation they are also the event's actor, as the one who had access. It
// does not check rights; the endpoint does. The error is [ErrSwitchedOff] without
// Config.AllowNotes, an [*InputError] for a field that is wrong, [ErrNotFound]
// or [ErrUserNotFound] for what there isn't.
func (m *Manager) Note(ctx context.Context, by Actor, note NoteRequest) error {
	if !m.config.AllowNotes {
		return fmt.Errorf("%w: nothing is noted without Config.AllowNotes", ErrSwitchedOff)
	}
	if err := note.check(); err != nil {
		return fmt.Errorf("guise: a note's %w", err)
	}
	if by.ID == "" {
		return errors.New("guise: a note needs to say whose it is")
	}
	about, err := m.noted(ctx, by, note)
	if err != nil {
		return err
	}
	_, err = m.recordNote(ctx, by, about, note, nil)
	return err
}

// check looks at the request by itself, without the store or the directory.
func (n NoteRequest) check() error {
	if err := (fields{fieldSubject: n.SubjectID, fieldImpersonation: n.ImpersonationID, fieldNote: n.Text}).check(); err != nil {
		return err
	}
	switch {
	case n.SubjectID == "" && n.ImpersonationID == "":
		return &InputError{fieldSubject, "is missing: whose account it was"}
	case len(n.SubjectID) > maxUserID:
		return &InputError{fieldSubject, fmt.Sprintf("is longer than %d bytes", maxUserID)}
	case isBlank(n.Text):
		return &InputError{fieldNote, "is missing: what is to be noted"}
	}
	return nil
}

// noted is the impersonation that a note is about or, where there was none,
// who reached whom.
func (m *Manager) noted(ctx context.Context, by Actor, note NoteRequest) (Impersonation, error) {
	if note.ImpersonationID == "" {
		subject, err := m.user(ctx, note.SubjectID)
		return Impersonation{Actor: by, Subject: Subject{subject}}, err
	}
	one, err := m.config.Store.Impersonation(ctx, note.ImpersonationID)
	if err != nil {
		return Impersonation{}, fmt.Errorf("guise: looking up impersonation %q: %w", note.ImpersonationID, err)
	}
	return one, nil
}

// visiblyNoted is noted, for what the actor may see; the rest doesn't exist for
// them.
func (v *visit) visiblyNoted(actor Actor, note NoteRequest) (Impersonation, error) {
	if note.ImpersonationID == "" {
		subject, err := v.visibleUser(v.r.Context(), actor, note.SubjectID)
		return Impersonation{Actor: actor, Subject: Subject{subject}}, err
	}
	return v.visibleImpersonation(actor, note.ImpersonationID)
}

func (m *Manager) recordNote(ctx context.Context, by Actor, about Impersonation, note NoteRequest, r *http.Request) (Event, error) {
	if note.SubjectID != "" && note.SubjectID != about.Subject.ID {
		return Event{}, &InputError{fieldSubject, "is not whose account that impersonation was of; leave one of the two out"}
	}
	event := m.from(r, eventOf(KindNote, m.now(), about))
	event.Reason, event.Ticket = "", "" // the start has them
	event.By, event.Note = Actor{cleanUser(by.User)}, strings.TrimSpace(note.Text)
	if err := m.config.Store.Append(ctx, event); err != nil {
		return Event{}, fmt.Errorf("guise: recording a note: %w", err)
	}
	return event, nil
}

// noteJSON is a note as it was recorded.
type noteJSON struct {
	Time            time.Time  `json:"time"`
	ImpersonationID string     `json:"impersonation_id"`
	Actor           personJSON `json:"actor"`
	Subject         personJSON `json:"subject"`
	By              personJSON `json:"by"`
	Note            string     `json:"note"`
}

// postNote is the endpoint.
func (v *visit) postNote() error {
	read, err := v.readFields(fieldSubject, fieldImpersonation, fieldNote, v.config.NextParam)
	if err != nil {
		return v.loggedInOr(err)
	}
	actor, err := v.realActor()
	if err != nil {
		return err
	}
	note := NoteRequest{SubjectID: read[fieldSubject], ImpersonationID: read[fieldImpersonation], Text: read[fieldNote]}
	if err := note.check(); err != nil {
		return err
	}
	if err := v.permit(v.r.Context(), actor, ActionNote); err != nil {
		return err
	}
	about, err := v.visiblyNoted(actor, note)
	if err != nil {
		return err
	}
	event, err := v.recordNote(v.r.Context(), actor, about, note, v.r)
	switch {
	case err != nil:
		return err
	case wantsJSON(v.r):
		return v.writeJSON(http.StatusCreated, noteJSON{
			event.Time, event.ImpersonationID, personOf(event.Actor.User), personOf(event.Subject.User), personOf(event.By.User), event.Note,
		})
	}
	shown := "log/unattached"
	if event.ImpersonationID != "" {
		shown = "log/" + url.PathEscape(event.ImpersonationID)
	}
	v.redirect(v.landing(read[v.config.NextParam], v.base(v.r)+shown))
	return nil
}
