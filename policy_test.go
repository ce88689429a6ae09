package guise_test

import (
	"context"
	"errors"
	"testing"

	"github.com/guise-go/guise"
)

// person finds one of everyone by ID.
func person(id string) guise.User {
	for _, user := range everyone() {
		if user.ID == id {
			return user
		}
	}
	return guise.User{}
}

func ask(actor, subject string) guise.Ask {
	return guise.Ask{Actor: guise.Actor{User: person(actor)}, Subject: guise.Subject{User: person(subject)}, Mode: guise.ReadOnly}
}

func yes(context.Context, guise.Ask) error    { return nil }
func no(context.Context, guise.Ask) error     { return guise.Deny("no", "No.") }
func broken(context.Context, guise.Ask) error { return errDown }

func TestPolicies(t *testing.T) {
	type row struct {
		name           string
		policy         guise.Policy
		actor, subject string
		code           string // "" is allowed, "!" is an error
	}
	allow := func(name string, p guise.Policy, actor, subject string) row { return row{name, p, actor, subject, ""} }
	deny := func(name string, p guise.Policy, actor, subject, code string) row {
		return row{name, p, actor, subject, code}
	}
	for _, r := range []row{
		allow("superusers only", guise.SuperusersOnly, "1", "10"),
		deny("superusers only", guise.SuperusersOnly, "3", "10", "superusers-only"),
		deny("superusers only", guise.SuperusersOnly, "10", "11", "superusers-only"),
		allow("and staff", guise.SuperusersAndStaff, "3", "10"),
		allow("and staff", guise.SuperusersAndStaff, "1", "3"),
		deny("and staff", guise.SuperusersAndStaff, "3", "3", "subject-is-staff"),
		deny("and staff", guise.SuperusersAndStaff, "3", "2", "subject-is-staff"),
		deny("and staff", guise.SuperusersAndStaff, "10", "11", "staff-only"),
		allow("same tenant", guise.SameTenant, "3", "10"),
		deny("same tenant", guise.SameTenant, "3", "11", "other-tenant"),
		deny("same tenant, none", guise.SameTenant, "99", "98", "other-tenant"),
		allow("all", guise.All(yes, yes), "1", "10"),
		deny("all", guise.All(yes, no), "1", "10", "no"),
		deny("all of none", guise.All(), "1", "10", "no-policy"),
		deny("all, broken", guise.All(yes, broken), "1", "10", "!"),
		allow("any", guise.Any(no, yes), "1", "10"),
		deny("any", guise.Any(no, no), "1", "10", "no"),
		deny("any of none", guise.Any(), "1", "10", "no-policy"),
		deny("any, broken", guise.Any(broken, no), "1", "10", "!"),
		allow("not", guise.Not(no), "1", "10"),
		deny("not", guise.Not(yes), "1", "10", "excluded"),
		deny("not, broken: could not look is no yes", guise.Not(broken), "1", "10", "!"),
	} {
		err := r.policy(t.Context(), ask(r.actor, r.subject))
		var denied *guise.DeniedError
		switch {
		case r.code == "" && err == nil:
		case r.code == "!" && errors.Is(err, errDown):
		case errors.As(err, &denied) && denied.Code == r.code && denied.Sentence != "":
		default:
			t.Errorf("%s: %s as %s: %v; want %q", r.name, r.actor, r.subject, err, r.code)
		}
	}
}

func TestCheck_RulesThatNoPolicyOverrides(t *testing.T) {
	for _, r := range []struct {
		name   string
		change func(*guise.Config, *guise.Ask)
		code   string
	}{
		{"an ordinary subject", nil, ""},
		{"nobody acts", func(_ *guise.Config, a *guise.Ask) { a.Actor = guise.Actor{} }, "nobody"},
		{"as nobody", func(_ *guise.Config, a *guise.Ask) { a.Subject = guise.Subject{} }, "nobody"},
		{"inactive actor", func(_ *guise.Config, a *guise.Ask) { a.Actor.Active = false }, "actor-inactive"},
		{"inactive subject", func(_ *guise.Config, a *guise.Ask) { a.Subject.Active = false }, "subject-inactive"},
		{"oneself", func(_ *guise.Config, a *guise.Ask) { a.Subject.ID = a.Actor.ID }, "oneself"},
		{"superuser as superuser", func(_ *guise.Config, a *guise.Ask) { a.Subject.Superuser = true }, "superuser"},
		{"superuser as superuser, allowed", func(c *guise.Config, a *guise.Ask) { c.AllowSuperusers, a.Subject.Superuser = true, true }, ""},
		{"staff as superuser, allowed for superusers", func(c *guise.Config, a *guise.Ask) {
			c.AllowSuperusers, a.Subject.Superuser, a.Actor.Superuser = true, true, false
		}, "superuser"},
		{"no such mode", func(_ *guise.Config, a *guise.Ask) { a.Mode = "write" }, "unknown-mode"},
		{"outside the scope", func(c *guise.Config, _ *guise.Ask) {
			c.Scope = func(context.Context, guise.Actor) (guise.Filter, error) {
				return guise.Filter{Tenants: []string{"south"}}, nil
			}
		}, "scope"},
		{"a scope that came out empty", func(c *guise.Config, _ *guise.Ask) {
			c.Scope = func(context.Context, guise.Actor) (guise.Filter, error) { return guise.Filter{IDs: []string{}}, nil }
		}, "scope"},
	} {
		t.Run(r.name, func(t *testing.T) {
			config, question := minimal(), ask("1", "10")
			config.Policy = yes
			if r.change != nil {
				r.change(&config, &question)
			}
			m, err := guise.New(config)
			if err != nil {
				t.Fatal(err)
			}
			err = m.Check(t.Context(), question)
			var denied *guise.DeniedError
			if r.code == "" && err != nil || r.code != "" && (!errors.As(err, &denied) || denied.Code != r.code) {
				t.Errorf("%v; want %q", err, r.code)
			}
		})
	}
}

func TestFilter_Matches(t *testing.T) {
	on, off := true, false
	maya := guise.User{ID: "10", Tenant: "north", Staff: true, Attributes: map[string]string{"plan": "gold"}}
	for name, r := range map[string]struct {
		filter guise.Filter
		want   bool
	}{
		"nothing set":             {guise.Filter{}, true},
		"her tenant":              {guise.Filter{Tenants: []string{"south", "north"}}, true},
		"another tenant":          {guise.Filter{Tenants: []string{"south"}}, false},
		"an empty list of them":   {guise.Filter{Tenants: []string{}}, false},
		"her ID":                  {guise.Filter{IDs: []string{"10"}}, true},
		"part of her ID":          {guise.Filter{IDs: []string{"1"}}, false},
		"staff":                   {guise.Filter{Staff: &on}, true},
		"not staff":               {guise.Filter{Staff: &off}, false},
		"superusers":              {guise.Filter{Superuser: &on}, false},
		"no superusers":           {guise.Filter{Superuser: &off}, true},
		"an attribute":            {guise.Filter{Attributes: map[string][]string{"plan": {"gold", "tin"}}}, true},
		"another value":           {guise.Filter{Attributes: map[string][]string{"plan": {"tin"}}}, false},
		"no value is let through": {guise.Filter{Attributes: map[string][]string{"plan": nil}}, false},
		"a missing one is empty":  {guise.Filter{Attributes: map[string][]string{"team": {""}}}, true},
		"all must hold":           {guise.Filter{IDs: []string{"10"}, Tenants: []string{"south"}}, false},
	} {
		if got := r.filter.Matches(maya); got != r.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
