package guise

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// cargo is an impersonation on its way to a background job.
type cargo struct {
	Version       int        `json:"guise"`
	ID            string     `json:"id"`
	Actor         personJSON `json:"actor"`
	Subject       personJSON `json:"subject"`
	Mode          Mode       `json:"mode"`
	Reason        string     `json:"reason,omitempty"`
	Ticket        string     `json:"ticket,omitempty"`
	StackID       string     `json:"stack_id"`
	Depth         int        `json:"depth"`
	StartedMicros int64      `json:"started"`
	// Writes is what MayWrite said: with a mode of the application's own that
	// depends on the route, and a job has no route.
	Writes bool `json:"writes,omitempty"`
}

const cargoVersion = 1

// Carry packs the impersonation of a request, to be kept with a job that the
// request puts into a queue; it is "" without an impersonation. It says who
// asked; it gives nobody any right and is no secret. Only the application may
// be able to write to the queue.
func Carry(ctx context.Context) string {
	who, ok := impersonating(ctx)
	if !ok {
		return ""
	}
	i := who.impersonation
	packed, err := json.Marshal(cargo{
		Version: cargoVersion, ID: i.ID, Actor: personOf(i.Actor.User), Subject: personOf(i.Subject.User),
		Mode: i.Mode, Reason: i.Reason, Ticket: i.Ticket, StackID: i.StackID, Depth: i.Depth, StartedMicros: i.StartedAt.UnixMicro(),
		Writes: who.writes,
	})
	if err != nil {
		return "" // texts and numbers always marshal
	}
	return string(packed)
}

// Resume puts what [Carry] packed into the context of a job: [From],
// [ActorFrom], [EffectiveID] and [LogHandler] then tell who really asked, and
// what a read-only impersonation asked for stays read-only: see [MayWrite]. It
// does not ask whether the impersonation still runs: what was asked for then
// stands. An empty text is a job that was asked for without impersonating; the
// context comes back as it is. After an error the job must not run.
//
// The actor and the subject come back with their ID, Username, Name, Email and
// Tenant only: a job that decides by Active, Staff, Superuser or Attributes
// looks them up itself. The impersonation comes back with its ID, Mode, Reason,
// Ticket, StackID, Depth and StartedAt; its other fields, such as State and
// ExpiresAt, are empty.
func Resume(ctx context.Context, text string) (context.Context, error) {
	if text == "" {
		return ctx, nil
	}
	var c cargo
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return nil, fmt.Errorf("guise: not what Carry made: %w", err)
	}
	// Fail closed: with half an impersonation, nobody knows as whom it would run.
	if c.Version != cargoVersion || c.ID == "" || c.Actor.ID == "" || c.Subject.ID == "" || c.Mode == "" {
		return nil, fmt.Errorf("guise: not what Carry made, or by a version this one does not know (%d)", c.Version)
	}
	i := Impersonation{
		ID: c.ID, Actor: Actor{c.Actor.user()}, Subject: Subject{c.Subject.user()}, Mode: c.Mode,
		Reason: c.Reason, Ticket: c.Ticket, StackID: c.StackID, Depth: c.Depth, StartedAt: time.UnixMicro(c.StartedMicros).UTC(),
	}
	// Fail closed: what an older version packed doesn't say, so it may only read.
	return withActing(ctx, &acting{impersonation: i, stack: Stack{i}, writes: c.Writes && c.Mode != ReadOnly}), nil
}

func (p personJSON) user() User {
	return User{ID: p.ID, Username: p.Username, Name: p.Name, Email: p.Email, Tenant: p.Tenant}
}
