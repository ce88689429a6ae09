package console

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/guise-go/guise"
)

var now = time.Date(2026, 11, 21, 9, 30, 0, 0, time.UTC)

func user(id, name, tenant string) guise.User {
	return guise.User{ID: id, Username: id, Name: name, Email: id + "@schooldesk.example", Tenant: tenant, Active: true}
}

var (
	admin  = guise.User{ID: "admin", Username: "admin", Name: "Ada Minter", Email: "admin@schooldesk.example", Active: true, Staff: true, Superuser: true}
	staff  = guise.User{ID: "staff", Username: "staff", Name: "Stefan Affolter", Email: "staff@schooldesk.example", Active: true, Staff: true}
	maya   = user("maya", "Maya Lindqvist", "Hillside School")
	noah   = user("noah", "نوح البستاني", "Riverside Academy")
	closed = guise.User{ID: "71", Username: "inactive", Email: "inactive@schooldesk.example", Tenant: "Hillside School"}
	script = user("i/d?1", "<script>alert(1)</script>", "Riverside Academy")
)

func viewer(u guise.User, actions ...guise.Action) *guise.Viewer {
	may := map[guise.Action]bool{}
	for _, a := range actions {
		may[a] = true
	}
	return &guise.Viewer{Actor: guise.Actor{User: u}, Actions: may}
}

func running() guise.Impersonation {
	return guise.Impersonation{
		ID: "imp-3f9c2a71", Actor: guise.Actor{User: admin}, Subject: guise.Subject{User: maya},
		Mode: guise.ReadOnly, Reason: "Her timetable is empty and nobody can reproduce it", Ticket: "HD-4711",
		State: guise.StateActive, StartedAt: now.Add(-12 * time.Minute), ExpiresAt: now.Add(48 * time.Minute),
		LastSeenAt: now.Add(-time.Minute), StackID: "imp-3f9c2a71", Depth: 1, ReturnTo: "/admin/users",
		ClientIP: "203.0.113.7", UserAgent: "Mozilla/5.0 (X11; Linux x86_64) Chrome/143.0",
	}
}

func over(cause guise.Cause) guise.Impersonation {
	i := running()
	i.ID, i.Mode, i.State, i.Cause = "imp-77d01e5b", guise.ReadWrite, guise.StateEnded, cause
	i.StartedAt = now.Add(-26 * time.Hour)
	i.ExpiresAt, i.EndedAt = i.StartedAt.Add(time.Hour), i.StartedAt.Add(41*time.Minute)
	i.Reason, i.Ticket = "Move her to the morning group, as agreed on the phone", ""
	if cause == guise.CauseRevoked {
		i.EndedBy, i.Note = guise.Actor{User: staff}, "Not agreed with the school.\nPlease ask first."
	}
	return i
}

func denied() guise.Impersonation {
	i := running()
	i.ID, i.State, i.Code, i.Reason, i.Ticket = "imp-0b54aa10", guise.StateDenied, "superusers-only", "", ""
	i.Actor, i.Subject = guise.Actor{User: staff}, guise.Subject{User: script}
	i.StartedAt = now.Add(-50 * time.Hour)
	i.ExpiresAt, i.LastSeenAt = time.Time{}, time.Time{}
	return i
}

// unknown is a refused attempt by somebody who may not look whom that ID is of.
func unknown() guise.Impersonation {
	i := denied()
	i.Subject, i.Code = guise.Subject{User: guise.User{ID: "5"}}, "may-not-find"
	return i
}

func events() []guise.Event {
	i := over(guise.CauseRevoked)
	seq := int64(40)
	at := func(kind guise.Kind, after time.Duration, e guise.Event) guise.Event {
		seq++
		e.Seq, e.Kind, e.Time, e.ImpersonationID, e.Actor, e.Subject = seq, kind, i.StartedAt.Add(after), i.ID, i.Actor, i.Subject
		return e
	}
	return []guise.Event{
		at(guise.KindStarted, 0, guise.Event{Mode: guise.ReadOnly, Reason: "Her timetable is empty"}),
		at(guise.KindRequest, 2*time.Second, guise.Event{Method: "GET", Path: "/", Status: 200, Duration: 31 * time.Millisecond, RequestID: "r1"}),
		at(guise.KindRequest, 9*time.Second, guise.Event{Method: "GET", Path: "/courses", Status: 200, Duration: 14 * time.Millisecond, RequestID: "r2"}),
		at(guise.KindModeChanged, 3*time.Minute, guise.Event{Mode: guise.ReadWrite, Reason: i.Reason}),
		at(guise.KindRequest, 4*time.Minute, guise.Event{Method: "POST", Path: "/courses/17/group", RequestID: "r3"}),
		at(guise.KindRequest, 4*time.Minute+time.Second, guise.Event{Method: "POST", Path: "/courses/17/group", Status: 303, Duration: time.Second, RequestID: "r3"}),
		at(guise.KindRequest, 5*time.Minute, guise.Event{Method: "POST", Path: "/account/password", Status: 403, RequestID: "r4"}),
		at(guise.KindRequest, 6*time.Minute, guise.Event{Method: "DELETE", Path: "/notes/9", RequestID: "r5"}),
		at(guise.KindEnded, 41*time.Minute, guise.Event{Reason: i.Reason, Cause: guise.CauseRevoked, By: i.EndedBy, Note: i.Note}),
	}
}

// reads are mostly requests that only read, over midnight.
func reads() []guise.Event {
	var all []guise.Event
	for n := range 18 {
		all = append(all, guise.Event{
			Seq: int64(n + 1), Kind: guise.KindRequest, Method: "GET", Path: "/courses", Status: 200, Duration: time.Millisecond,
			Time: now.Truncate(24 * time.Hour).Add(time.Duration(n-12) * time.Second),
		})
	}
	all[6].Method, all[6].Status = "POST", 303
	all[17].Status = 404
	return all
}

// besides are what is on record besides impersonations, the newest first.
func besides() []guise.Event {
	actor := guise.Actor{User: staff}
	return []guise.Event{
		{Seq: 912, Kind: guise.KindLimited, Time: now.Add(-4 * time.Minute), Actor: actor, Code: "people", ClientIP: "203.0.113.7"},
		{Seq: 871, Kind: guise.KindLimited, Time: now.Add(-2 * time.Hour), Actor: actor, Code: "searches", ClientIP: "203.0.113.7"},
		{Seq: 650, Kind: guise.KindNote, Time: now.Add(-26 * time.Hour), Actor: guise.Actor{User: admin}, By: guise.Actor{User: admin}, Subject: guise.Subject{User: maya}, Note: "Her password was set anew over the telephone.\nShe was called back.", ClientIP: "203.0.113.9"},
		{Seq: 31, Kind: guise.KindPurged, Time: now.Add(-72 * time.Hour), PurgedTo: 4711},
		{Seq: 8, Kind: guise.KindPurged, Time: now.Add(-73 * time.Hour), PurgedTo: 12, By: guise.Actor{User: admin}, Note: "As agreed"},
	}
}

// month is a summary with more than is counted.
func month() *guise.LogSummary {
	summary := &guise.LogSummary{Found: 1000, More: true, Actors: []guise.Actor{{User: admin}, {User: staff}, {User: script}}}
	summary.Most = []guise.Actor{{User: admin}, {User: script}}
	for n := range 30 {
		summary.Days = append(summary.Days, guise.DayCount{Day: now.Truncate(24*time.Hour).AddDate(0, 0, n-29), Count: n * 13 % 31, ByActor: []int{n * 13 % 31 / 2, n % 2}})
	}
	return summary
}

func startForm() guise.StartForm {
	return guise.StartForm{
		Modes: []guise.Mode{guise.ReadOnly, guise.ReadWrite}, Mode: guise.ReadOnly, MaxDuration: time.Hour,
		Reason: "Her timetable is empty", Ticket: "HD-4711", Next: "/courses",
	}
}

// page is a page as an ordinary superuser sees it.
func page(name guise.PageName, data any) guise.Page {
	return guise.Page{
		Name: name, Lang: "en", Dir: "ltr", BasePath: "/impersonate/", HomeURL: "/",
		Viewer: viewer(admin, guise.Actions()...), Now: now, Data: data,
	}
}

func acting(p guise.Page) guise.Page {
	i := running()
	p.Impersonation = &i
	return p
}

func seenBy(v *guise.Viewer, p guise.Page) guise.Page {
	p.Viewer = v
	return p
}

// samples are pages as people see them, by the name of their golden file.
func samples() map[string]guise.Page {
	no := &guise.DeniedError{Code: "subject-inactive", Sentence: "Nobody may act as someone who is inactive."}
	over1, running1 := over(guise.CauseRevoked), running()
	people := []guise.UserRow{
		{User: maya}, {User: noah}, {User: script}, {User: staff}, {User: closed, WhyNot: no},
		{User: admin, WhyNot: &guise.DeniedError{Code: "oneself", Sentence: "You are this person already."}},
	}
	again := startForm()
	again.RequireReason, again.Mode, again.Reason, again.Duration = true, guise.ReadWrite, " ", "600"
	again.Problem = &guise.ProblemData{Status: 422, Code: "reason-required", Field: "reason", Title: "A reason is missing", Detail: "Say why you need to act as this person."}
	blocked := startForm()
	blocked.Problem = &guise.ProblemData{Status: 409, Code: "too-many-running", Title: "Already running", Running: &running1}
	refused := startForm()
	refused.Problem = &guise.ProblemData{Status: 403, Code: "other-region", Title: "Not allowed", Detail: "Your office looks after other regions."}
	filter := guise.LogQuery{State: guise.StateEnded, ActorID: "admin", Text: "timetable", From: now.Truncate(24 * time.Hour), To: now.Truncate(24*time.Hour).AddDate(0, 0, 1), Cursor: "c1"}
	text := guise.LogQuery{Text: "timetable"}
	narrow := filter
	narrow.Cause, narrow.Mode, narrow.Tenant = guise.CauseRevoked, guise.ReadWrite, "Hillside School"
	list := []guise.Impersonation{running(), over1, over(guise.CauseStopped), over(guise.CauseExpired), denied()}
	stacked := running()
	stacked.ID, stacked.Actor, stacked.Subject, stacked.Depth, stacked.Mode = "imp-5e90c114", guise.Actor{User: staff}, guise.Subject{User: noah}, 2, guise.ReadWrite
	stacked.StartedAt, stacked.ExpiresAt, stacked.Reason, stacked.Ticket = now.Add(-3*time.Minute), time.Time{}, "", ""
	watched := []guise.Impersonation{running(), stacked}
	progress := map[string]guise.Progress{
		running().ID: {Requests: 12, Writes: 0, Last: guise.LastRequest{Seq: 7, Time: now, Method: "GET", Path: "/courses/12", Status: 200}},
		stacked.ID:   {Requests: 9998, Writes: 3, More: true, Last: guise.LastRequest{Seq: 9, Time: now, Method: "POST", Path: "/view", Status: 303}},
	}
	refusal := &guise.DeniedError{Code: "other-region", Sentence: "Your office looks after other regions."}
	verdicts := []guise.Verdict{{Rule: "nobody"}, {Rule: "oneself"}, {Rule: "subject-inactive"}, {Rule: "superuser"}, {Rule: "scope"}, {Rule: "policy"}}
	broken := slices.Clone(verdicts)
	broken[2].Refusal, broken[4].Failure, broken[5].Refusal = no, errors.New("not for the page"), refusal
	question := func(subject guise.ExplainPerson, verdicts []guise.Verdict) guise.ExplainData {
		return guise.ExplainData{
			Actor: guise.ExplainPerson{Text: "admin", User: &admin}, Subject: subject,
			Mode: guise.ReadOnly, Modes: []guise.Mode{guise.ReadOnly, guise.ReadWrite}, Verdicts: verdicts,
		}
	}
	return map[string]guise.Page{
		"live":                page(guise.PageLive, guise.LiveData{Impersonations: watched, Progress: progress, More: true}),
		"live-writes":         page(guise.PageLive, guise.LiveData{Ended: &over1, Impersonations: watched, Progress: progress, Activity: guise.ActivityWrites}),
		"live-own":            acting(seenBy(viewer(admin, guise.ActionFind), page(guise.PageLive, guise.LiveData{Impersonations: watched[:1], Activity: guise.ActivityNone, OwnOnly: true}))),
		"live-none-own":       seenBy(viewer(staff, guise.ActionFind), page(guise.PageLive, guise.LiveData{OwnOnly: true})),
		"live-none":           page(guise.PageLive, guise.LiveData{}),
		"explain":             page(guise.PageExplain, question(guise.ExplainPerson{}, nil)),
		"explain-yes":         page(guise.PageExplain, question(guise.ExplainPerson{Text: "maya", User: &maya}, verdicts)),
		"explain-yes-acting":  acting(page(guise.PageExplain, question(guise.ExplainPerson{Text: "maya", User: &maya}, verdicts))),
		"explain-no":          seenBy(viewer(admin, guise.ActionFind), page(guise.PageExplain, question(guise.ExplainPerson{Text: "71", User: &closed}, broken))),
		"explain-several":     page(guise.PageExplain, question(guise.ExplainPerson{Text: "school", Several: []guise.User{maya, script}, More: true}, nil)),
		"explain-nobody":      page(guise.PageExplain, question(guise.ExplainPerson{Text: "nobody at all"}, nil)),
		"users":               page(guise.PageUsers, guise.UsersData{Users: people, Next: "c2", Recent: []guise.User{noah, script}}),
		"users-found":         acting(page(guise.PageUsers, guise.UsersData{Query: "maya", Users: people[:1], Cursor: "c1"})),
		"users-none":          page(guise.PageUsers, guise.UsersData{Query: "nobody at all"}),
		"users-so-far":        page(guise.PageUsers, guise.UsersData{Query: "zz", Next: "c2"}),
		"users-empty":         page(guise.PageUsers, guise.UsersData{}),
		"user":                page(guise.PageUser, guise.UserData{UserRow: guise.UserRow{User: maya}, Form: startForm(), Past: list[:3]}),
		"user-problem":        page(guise.PageUser, guise.UserData{UserRow: guise.UserRow{User: maya}, Form: again}),
		"user-refused":        page(guise.PageUser, guise.UserData{UserRow: guise.UserRow{User: maya}, Form: refused}),
		"user-running":        page(guise.PageUser, guise.UserData{UserRow: guise.UserRow{User: noah}, Form: blocked}),
		"user-not":            page(guise.PageUser, guise.UserData{UserRow: guise.UserRow{User: closed, WhyNot: no}}),
		"log":                 page(guise.PageLog, guise.LogData{Impersonations: list, Next: "c2", Summary: month(), Modes: startForm().Modes, RetainFor: 365 * 24 * time.Hour}),
		"log-filtered":        page(guise.PageLog, guise.LogData{Query: narrow, Impersonations: list[1:2], Modes: startForm().Modes}),
		"log-looked":          page(guise.PageLog, guise.LogData{Query: text, Next: "c3", LookedTo: now.AddDate(0, -3, 0), Modes: startForm().Modes}),
		"log-own":             seenBy(viewer(staff, guise.ActionFind), page(guise.PageLog, guise.LogData{OwnOnly: true})),
		"entry-active":        page(guise.PageEntry, guise.EntryData{Impersonation: running(), Events: events()[:3]}),
		"entry-ended":         page(guise.PageEntry, guise.EntryData{Impersonation: over1, Events: events(), Ahead: events()[8:], More: true, After: 35}),
		"entry-long":          page(guise.PageEntry, guise.EntryData{Impersonation: running(), Events: reads(), More: true}),
		"entry-unknown":       page(guise.PageEntry, guise.EntryData{Impersonation: unknown()}),
		"entry-denied":        page(guise.PageEntry, guise.EntryData{Impersonation: denied(), Changed: 7, Events: []guise.Event{{Kind: guise.KindDenied, Time: now, Code: "superusers-only"}}}),
		"unattached":          page(guise.PageUnattached, guise.UnattachedData{Events: besides(), Next: "7"}),
		"unattached-filtered": seenBy(viewer(staff, guise.ActionSee), page(guise.PageUnattached, guise.UnattachedData{Kind: guise.KindLimited, ActorID: "admin", Events: besides()[:3], Cursor: "9", Next: "7", LookedTo: now})),
		"unattached-own":      seenBy(viewer(staff, guise.ActionFind), page(guise.PageUnattached, guise.UnattachedData{OwnOnly: true})),
		"ended":               page(guise.PageEnded, guise.EndedData{Cause: guise.CauseExpired, ContinueURL: "/"}),
		"ended-acting":        acting(page(guise.PageEnded, guise.EndedData{Cause: guise.CauseStopped, ContinueURL: "/"})),
		"ended-nobody":        seenBy(nil, page(guise.PageEnded, guise.EndedData{Cause: guise.CauseLoggedOut, ContinueURL: "/login"})),
		"leave":               acting(page(guise.PageLeave, guise.LeaveData{Impersonation: running()})),
		"leave-stacked":       acting(page(guise.PageLeave, guise.LeaveData{Impersonation: stacked, Below: &running1})),
		"write":               acting(page(guise.PageWrite, guise.WriteData{Impersonation: running(), Modes: []guise.Mode{guise.ReadOnly, guise.ReadWrite}, Mode: guise.ReadWrite, Next: "/notes"})),
		"write-problem":       acting(page(guise.PageWrite, guise.WriteData{Impersonation: running(), Modes: again.Modes, Mode: guise.ReadWrite, Reason: " ", Problem: again.Problem})),
		"problem":             seenBy(viewer(maya), page(guise.PageProblem, guise.ProblemData{Status: 403, Code: "not-allowed", Title: "You may not see this page", Detail: "Ask someone who runs this application."})),
		"problem-read-only": acting(page(guise.PageProblem, guise.ProblemData{
			Status: 405, Code: "read-only", Title: "Not in this mode", BackURL: "/notes", WriteURL: "/impersonate/mode?next=%2Fnotes",
		})),
		"problem-login": seenBy(nil, page(guise.PageProblem, guise.ProblemData{
			Status: 401, Code: "not-logged-in", Title: "Not logged in", Detail: "Log in first.", BackURL: "/users/maya", LoginURL: "/login?next=%2Fusers%2Fmaya",
		})),
		"problem-running": page(guise.PageProblem, guise.ProblemData{Status: 409, Code: "too-many-running", Title: "You already act as someone", Running: &running1}),
	}
}

func sampleNames() []string { return slices.Sorted(maps.Keys(samples())) }

// emptyPages are the pages with nothing in them at all.
func emptyPages() map[string]guise.Page {
	made := map[string]guise.Page{}
	for name, zero := range pages {
		made[string(name)] = guise.Page{Name: name, Data: zero}
	}
	return made
}

// hostileText is what real tables contain, and worse.
var hostileText = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>`{{.}}${1} javascript:alert(1)" +
	"\u202eright\u2069\u2069\u202dto\u200fleft\x00\x07 👩‍👩‍👧 \xff" + string(slices.Repeat([]byte("W"), 10_000))

// hostilePages are all pages with hostile text in every field, in each state
// and with each kind of event, so that no branch of a template is left out.
func hostilePages() map[string]guise.Page {
	made := map[string]guise.Page{}
	states := []string{"", "active", "ended", "denied"}
	for name, zero := range pages {
		for _, state := range states {
			p := guise.Page{Data: fillHostile(reflect.TypeOf(zero), state)}
			p.Lang, p.Dir, p.HomeURL, p.BasePath, p.Now, p.Name = hostileText, hostileText, "javascript:alert(1)", "/impersonate/", now, name
			p.Viewer = viewer(guise.User{ID: hostileText, Name: hostileText, Email: hostileText}, guise.Actions()...)
			i := fillHostile(reflect.TypeFor[guise.Impersonation](), state).(guise.Impersonation)
			p.Impersonation = &i
			switch data := p.Data.(type) {
			case guise.EndedData:
				data.ContinueURL = "javascript:alert(1)"
				p.Data = data
			case guise.ProblemData:
				data.BackURL, data.WriteURL, data.LoginURL = "javascript:alert(1)", "javascript:alert(1)", "javascript:alert(1)"
				p.Data = data
			}
			made[string(name)+" "+state] = p
		}
	}
	return made
}

// fillHostile makes a value of a type with everything in it set.
func fillHostile(t reflect.Type, state string) any {
	v := reflect.New(t).Elem()
	fillValue(v, state)
	return v.Interface()
}

func fillValue(v reflect.Value, state string) {
	kinds := []guise.Kind{guise.KindStarted, guise.KindDenied, guise.KindModeChanged, guise.KindRequest, guise.KindEnded, guise.KindNote, guise.KindPurged, guise.KindLimited, guise.Kind(hostileText)}
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(now))
	case v.Type() == reflect.TypeFor[*guise.DeniedError]() && state == "":
		// so that the form is there as well as the refusal
	case v.Type() == reflect.TypeFor[guise.State]() && state != "":
		v.SetString(state)
	case v.Type() == reflect.TypeFor[[]guise.Event]():
		for _, kind := range kinds {
			e := fillHostile(reflect.TypeFor[guise.Event](), state).(guise.Event)
			e.Kind = kind
			v.Set(reflect.Append(v, reflect.ValueOf(e)))
		}
	case v.Type() == reflect.TypeFor[error]():
		v.Set(reflect.ValueOf(errors.New(hostileText)))
	case v.Kind() == reflect.String:
		v.SetString(hostileText)
	case v.Kind() == reflect.Bool:
		v.SetBool(true)
	case v.CanInt():
		v.SetInt(7)
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillValue(v.Elem(), state)
	case v.Kind() == reflect.Slice:
		for range 2 {
			v.Set(reflect.Append(v, reflect.ValueOf(fillHostile(v.Type().Elem(), state))))
		}
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			fillValue(v.Field(i), state)
		}
	}
}
