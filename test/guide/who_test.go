package guide_test

import (
	"context"
	"testing"

	"github.com/guise-go/guise"
)

func TestGuide_Policy(t *testing.T) {
	var config guise.Config
	//docs:begin policy
	config.Policy = guise.All(guise.SuperusersAndStaff, guise.SameTenant)
	//docs:end
	d := open(t, config)
	stan := d.as("3")
	stan.ActAs("10")
	stan.Release()
	d.equal(stan.CantActAs("11"), "other-tenant")
}

func TestGuide_OwnPolicy(t *testing.T) {
	var config guise.Config
	//docs:begin own-policy
	consented := func(_ context.Context, ask guise.Ask) error {
		if ask.Subject.Attributes["support_access"] == "no" {
			return guise.Deny("opted-out", "This person does not want anyone to act as them.")
		}
		return nil
	}
	config.Policy = guise.All(guise.SuperusersAndStaff, consented)
	//docs:end
	d := open(t, config)
	d.equal(d.CantActAs("11"), "opted-out")
	d.ActAs("10")
}

func TestGuide_PolicyByMode(t *testing.T) {
	var config guise.Config
	//docs:begin mode-policy
	config.Policy = func(ctx context.Context, ask guise.Ask) error {
		if ask.Mode == guise.ReadOnly {
			return guise.SuperusersAndStaff(ctx, ask)
		}
		return guise.SuperusersOnly(ctx, ask) // who writes
	}
	//docs:end
	d := open(t, config)
	stan := d.as("3")
	stan.ActAs("10")
	d.equal(stan.Refused("POST", "/impersonate/mode", form("mode", "read_write", "reason", "repair")), "superusers-only")
	d.ActAs("10", write, because)
}

func TestGuide_Scope(t *testing.T) {
	var config guise.Config
	config.Policy = guise.SuperusersAndStaff
	//docs:begin scope
	config.Scope = func(_ context.Context, actor guise.Actor) (guise.Filter, error) {
		if actor.Superuser {
			return guise.Filter{}, nil // everyone
		}
		return guise.Filter{Tenants: []string{actor.Tenant}}, nil
	}
	//docs:end
	d := open(t, config)
	stan := d.as("3")
	d.equal(stan.CantActAs("11"), "not-found")
	stan.ActAs("10")
	d.ActAs("11")
}

func TestGuide_Superusers(t *testing.T) {
	var config guise.Config
	d := open(t, config)
	d.equal(d.CantActAs("2"), "superuser")
	//docs:begin superusers
	config.AllowSuperusers = true
	//docs:end
	d = open(t, config)
	d.ActAs("2")
}

func TestGuide_Permit(t *testing.T) {
	var config guise.Config
	//docs:begin permit
	config.Permit = func(_ context.Context, actor guise.Actor, action guise.Action) error {
		switch {
		case actor.Superuser:
			return nil
		case actor.Attributes["role"] == "auditor" && (action == guise.ActionSee || action == guise.ActionExport):
			return nil
		}
		return guise.Deny("not-permitted", "Only superusers and auditors may do this.")
	}
	//docs:end
	d := open(t, config)
	d.ActAs("10")
	olga := d.as("4")
	d.equal(olga.Get("/impersonate/log").Status, 200)
	d.equal(olga.Get("/impersonate/log/export?format=csv").Status, 200)
	d.equal(olga.Refused("GET", "/impersonate/users", nil), "may-not-find")
	d.equal(olga.CantActAs("10"), "may-not-find")
}

func TestGuide_Explain(t *testing.T) {
	d := open(t, guise.Config{})
	m, ctx := d.manager, t.Context()
	stan, _ := d.users.User(ctx, "3")
	maya, _ := d.users.User(ctx, "10")
	var codes []string
	//docs:begin explain
	for _, verdict := range m.Explain(ctx, guise.Ask{Actor: guise.Actor{User: stan}, Subject: guise.Subject{User: maya}}) {
		if !verdict.Holds() {
			codes = append(codes, verdict.Rule)
		}
	}
	//docs:end
	if len(codes) != 1 || codes[0] != "policy" {
		t.Errorf("refused by %v", codes)
	}
}
