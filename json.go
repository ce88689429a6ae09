package guise

import (
	"encoding/json"
	"net/http"
	"time"
)

// personJSON is who somebody is.
type personJSON struct {
	ID       string `json:"id"`
	Username string `json:"username"`
	Name     string `json:"name"`
	Email    string `json:"email"`
	Tenant   string `json:"tenant"`
}

// userJSON is who somebody is and what the application says about them.
type userJSON struct {
	personJSON
	Active    bool `json:"active"`
	Staff     bool `json:"staff"`
	Superuser bool `json:"superuser"`
}

// userRowJSON is a user, and whether one may act as them.
type userRowJSON struct {
	userJSON
	CanImpersonate bool   `json:"can_impersonate"`
	WhyNot         string `json:"why_not,omitempty"`
	WhyNotCode     string `json:"why_not_code,omitempty"`
}

type impersonationJSON struct {
	ID         string      `json:"id"`
	State      State       `json:"state"`
	Actor      personJSON  `json:"actor"`
	Subject    personJSON  `json:"subject"`
	Mode       Mode        `json:"mode"`
	Reason     string      `json:"reason"`
	Ticket     string      `json:"ticket"`
	StartedAt  time.Time   `json:"started_at"`
	ExpiresAt  *time.Time  `json:"expires_at"`
	LastSeenAt *time.Time  `json:"last_seen_at,omitempty"`
	Depth      int         `json:"depth"`
	ParentID   string      `json:"parent_id,omitempty"`
	ClientIP   string      `json:"client_ip,omitempty"`
	UserAgent  string      `json:"user_agent,omitempty"`
	EndedAt    *time.Time  `json:"ended_at,omitempty"`
	Cause      Cause       `json:"cause,omitempty"`
	EndedBy    *personJSON `json:"ended_by,omitempty"`
	Note       string      `json:"note,omitempty"`
	Code       string      `json:"code,omitempty"`
}

type eventJSON struct {
	Seq             int64       `json:"seq"`
	Time            time.Time   `json:"time"`
	Kind            Kind        `json:"kind"`
	ImpersonationID string      `json:"impersonation_id"`
	Actor           personJSON  `json:"actor"`
	Subject         personJSON  `json:"subject"`
	By              *personJSON `json:"by,omitempty"`
	Mode            Mode        `json:"mode,omitempty"`
	Reason          string      `json:"reason,omitempty"`
	Ticket          string      `json:"ticket,omitempty"`
	Cause           Cause       `json:"cause,omitempty"`
	Code            string      `json:"code,omitempty"`
	Note            string      `json:"note,omitempty"`
	Method          string      `json:"method,omitempty"`
	Path            string      `json:"path,omitempty"`
	Status          int         `json:"status,omitempty"`
	DurationMS      float64     `json:"duration_ms,omitempty"`
	ClientIP        string      `json:"client_ip,omitempty"`
	UserAgent       string      `json:"user_agent,omitempty"`
	RequestID       string      `json:"request_id,omitempty"`
	PurgedTo        int64       `json:"purged_to,omitempty"`
	PurgedHash      string      `json:"purged_hash,omitempty"`
	Hash            string      `json:"hash"`
	Prev            string      `json:"prev"`
}

// MarshalJSON is the impersonation as the endpoints answer it, in snake_case.
// What only Guise itself uses is left out.
func (i Impersonation) MarshalJSON() ([]byte, error) { return json.Marshal(impersonationOf(i)) }

// MarshalJSON is the event as the endpoints answer it, in snake_case; hashes
// are hexadecimal.
func (e Event) MarshalJSON() ([]byte, error) { return json.Marshal(eventJSONOf(e)) }

func personOf(u User) personJSON {
	return personJSON{ID: u.ID, Username: u.Username, Name: u.Name, Email: u.Email, Tenant: u.Tenant}
}

func personOrNil(u User) *personJSON {
	if u.ID == "" {
		return nil
	}
	person := personOf(u)
	return &person
}

func userOf(u User) userJSON {
	return userJSON{personJSON: personOf(u), Active: u.Active, Staff: u.Staff, Superuser: u.Superuser}
}

func userRowOf(row UserRow) userRowJSON {
	made := userRowJSON{userJSON: userOf(row.User), CanImpersonate: row.CanImpersonate()}
	if row.WhyNot != nil {
		made.WhyNot, made.WhyNotCode = row.WhyNot.Sentence, row.WhyNot.Code
	}
	return made
}

func impersonationOf(i Impersonation) impersonationJSON {
	return impersonationJSON{
		ID: i.ID, State: i.State, Actor: personOf(i.Actor.User), Subject: personOf(i.Subject.User),
		Mode: i.Mode, Reason: i.Reason, Ticket: i.Ticket,
		StartedAt: i.StartedAt, ExpiresAt: timeOrNil(i.ExpiresAt), LastSeenAt: timeOrNil(i.LastSeenAt),
		Depth: i.Depth, ParentID: i.ParentID, ClientIP: i.ClientIP, UserAgent: i.UserAgent,
		EndedAt: timeOrNil(i.EndedAt), Cause: i.Cause, EndedBy: personOrNil(i.EndedBy.User), Note: i.Note, Code: i.Code,
	}
}

func impersonationsOf(list []Impersonation) []impersonationJSON {
	made := make([]impersonationJSON, 0, len(list))
	for _, one := range list {
		made = append(made, impersonationOf(one))
	}
	return made
}

func eventJSONOf(e Event) eventJSON {
	purgedHash := ""
	if e.PurgedTo != 0 {
		purgedHash = e.PurgedHash.String()
	}
	return eventJSON{
		Seq: e.Seq, Time: e.Time, Kind: e.Kind, ImpersonationID: e.ImpersonationID,
		Actor: personOf(e.Actor.User), Subject: personOf(e.Subject.User), By: personOrNil(e.By.User),
		Mode: e.Mode, Reason: e.Reason, Ticket: e.Ticket, Cause: e.Cause, Code: e.Code, Note: e.Note,
		Method: e.Method, Path: e.Path, Status: e.Status, DurationMS: float64(e.Duration.Microseconds()) / 1000,
		ClientIP: e.ClientIP, UserAgent: e.UserAgent, RequestID: e.RequestID,
		PurgedTo: e.PurgedTo, PurgedHash: purgedHash, Hash: e.Hash.String(), Prev: e.Prev.String(),
	}
}

func eventsOf(list []Event) []eventJSON {
	made := make([]eventJSON, 0, len(list))
	for _, e := range list {
		made = append(made, eventJSONOf(e))
	}
	return made
}

func timeOrNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func (v *visit) writeJSON(status int, body any) error {
	return writeJSON(v.w, status, "application/json", body)
}

// writeJSON marshals first, so that an error never leaves half a document.
func writeJSON(w http.ResponseWriter, status int, contentType string, body any) error {
	encoded, err := json.Marshal(body)
	if err != nil {
		return err
	}
	header := w.Header()
	header.Set("Content-Type", contentType)
	header.Set("Cache-Control", "private, no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(append(encoded, '\n')) // a client that has gone is nobody to tell
	return nil
}
