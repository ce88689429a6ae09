package main

import (
	"context"
	"fmt"

	"github.com/guise-go/guise"
)

// explain is "guise explain".
type explain struct {
	people
	Actor           string `required:"" placeholder:"ID" help:"Who would act as someone."`
	Subject         string `required:"" placeholder:"ID" help:"As whom."`
	Mode            string `default:"read_only" enum:"read_only,read_write" placeholder:"read_only|read_write" help:"In which mode (${default})."`
	Policy          string `default:"superusers" enum:"superusers,staff" placeholder:"superusers|staff" help:"Policy to ask: SuperusersOnly, Guise's default, or SuperusersAndStaff (${default})."`
	AllowSuperusers bool   `help:"As if Config.AllowSuperusers were set: superusers may act as superusers."`
	JSON            bool   `help:"Print JSON."`
}

// notAsked is what only the application knows.
const notAsked = "Not asked: the application's own Policy and Scope, which may decide otherwise. " +
	"Only the application has them: ask its explain page, impersonate/explain."

// Run says which rules hold; exit status 1 if one does not.
func (c *explain) Run(ctx context.Context, out output) error {
	users, db, err := c.directory(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	actor, err := found(ctx, users, c.Actor)
	if err != nil {
		return fmt.Errorf("--actor: %w", err)
	}
	subject, err := found(ctx, users, c.Subject)
	if err != nil {
		return fmt.Errorf("--subject: %w", err)
	}
	policies := map[string]guise.Policy{"superusers": guise.SuperusersOnly, "staff": guise.SuperusersAndStaff}
	manager, err := newManager(guise.Config{
		Users: users, Store: nowhere{}, Policy: policies[c.Policy], AllowSuperusers: c.AllowSuperusers,
	})
	if err != nil {
		return err
	}
	ask := guise.Ask{Actor: guise.Actor{User: actor}, Subject: guise.Subject{User: subject}, Mode: guise.Mode(c.Mode)}
	return c.print(out, ask, manager.Explain(ctx, ask))
}

// nowhere is a store that nothing is asked of: to explain is to decide alone.
type nowhere struct{ guise.Store }

// ruleJSON is what one rule says.
type ruleJSON struct {
	Rule   string `json:"rule"`
	Holds  bool   `json:"holds"`
	Code   string `json:"code,omitempty"`
	WhyNot string `json:"why_not,omitempty"`
}

func (c *explain) print(out output, ask guise.Ask, verdicts []guise.Verdict) error {
	allowed, list := true, []ruleJSON{}
	rows := [][]string{{"RULE", "REFUSES", "WHY"}}
	for _, v := range verdicts {
		rule, refuses := ruleJSON{Rule: v.Rule, Holds: v.Holds()}, "no"
		switch {
		case v.Rule == "scope":
			continue // it holds for everyone where nobody sets one, which says nothing here
		case v.Failure != nil:
			return v.Failure
		case v.Refusal != nil:
			allowed, refuses = false, "yes"
			rule.Code, rule.WhyNot = v.Refusal.Code, v.Refusal.Sentence
		}
		list = append(list, rule)
		rows = append(rows, []string{v.Rule, refuses, rule.WhyNot})
	}
	if err := c.say(out, ask, allowed, list, rows); err != nil {
		return err
	}
	if !allowed {
		return errNo
	}
	return nil
}

func (c *explain) say(out output, ask guise.Ask, allowed bool, list []ruleJSON, rows [][]string) error {
	if c.JSON {
		return out.json(struct {
			Actor    userJSON   `json:"actor"`
			Subject  userJSON   `json:"subject"`
			Mode     guise.Mode `json:"mode"`
			Policy   string     `json:"policy"`
			Allowed  bool       `json:"allowed"`
			Rules    []ruleJSON `json:"rules"`
			NotAsked []string   `json:"not_asked"`
		}{userOf(ask.Actor.User), userOf(ask.Subject.User), ask.Mode, c.Policy, allowed, list, []string{"Config.Policy", "Config.Scope"}})
	}
	may := "may"
	if !allowed {
		may = "may not"
	}
	err := out.line(fmt.Sprintf("By Guise's own rules and the policy %q, %s %s act as %s in mode %s.",
		c.Policy, person(ask.Actor.User), may, person(ask.Subject.User), ask.Mode))
	if err != nil {
		return err
	}
	if err := out.table(rows); err != nil {
		return err
	}
	return out.line(notAsked)
}
