package guise_test

import (
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/memstore"
	"github.com/guise-go/guise/userstest"
)

func nobody(*http.Request) (string, error) { return "", nil }

func minimal() guise.Config {
	return guise.Config{Identify: nobody, Users: userstest.NewMemory(), Store: memstore.New()}
}

// wrongFields are the fields that an error of New names.
func wrongFields(err error) []string {
	var fields []string
	var walk func(error)
	walk = func(err error) {
		var one *guise.ConfigError
		switch joined := err.(type) { //nolint:errorlint // walks the tree itself
		case interface{ Unwrap() []error }:
			for _, each := range joined.Unwrap() {
				walk(each)
			}
		case nil:
		default:
			if errors.As(err, &one) {
				fields = append(fields, one.Field)
			}
		}
	}
	walk(err)
	slices.Sort(fields)
	return slices.Compact(fields)
}

func TestNew_ReportsEverythingAtOnce(t *testing.T) {
	_, err := guise.New(guise.Config{
		MaxDepth: -3, NextParam: "next page", BasePath: "impersonate", Forbid: []string{"GET GET /"}, Exclude: []string{"/{", ""},
		DefaultMode: "maintenance", TicketPattern: "(", Activity: "some", PageSize: 10_000, LoginURL: "login",
		MaxDuration: time.Millisecond, Modes: map[guise.Mode][]string{"read_only": nil, "Big Mode": nil},
	})
	want := []string{
		"Activity", "BasePath", "DefaultMode", "Exclude", "Forbid", "Identify", "LoginURL", "MaxDepth", "MaxDuration", "Modes",
		"NextParam", "PageSize", "Store", "TicketPattern", "Users",
	}
	if got := wrongFields(err); !slices.Equal(got, want) {
		t.Errorf("named %q\nwant  %q\n%v", got, want, err)
	}
}

func TestNew_EachWrongValueNamesItsField(t *testing.T) {
	for name, try := range map[string]struct {
		field  string
		change func(*guise.Config)
	}{
		"Identify missing":         {"Identify", func(c *guise.Config) { c.Identify = nil }},
		"Users missing":            {"Users", func(c *guise.Config) { c.Users = nil }},
		"Store missing":            {"Store", func(c *guise.Config) { c.Store = nil }},
		"depth below zero":         {"MaxDepth", func(c *guise.Config) { c.MaxDepth = -1 }},
		"idle of a millisecond":    {"IdleTimeout", func(c *guise.Config) { c.IdleTimeout = time.Millisecond }},
		"base path is the root":    {"BasePath", func(c *guise.Config) { c.BasePath = "/" }},
		"base path with dots":      {"BasePath", func(c *guise.Config) { c.BasePath = "/a/../b/" }},
		"base path without end":    {"BasePath", func(c *guise.Config) { c.BasePath = "/impersonate" }},
		"base path with a pattern": {"BasePath", func(c *guise.Config) { c.BasePath = "/{x}/" }},
		"prefix ends in a slash":   {"PublicPrefix", func(c *guise.Config) { c.PublicPrefix = "/app/" }},
		"prefix is no address":     {"PublicPrefix", func(c *guise.Config) { c.PublicPrefix = "app.example/app" }},
		"prefix with a query":      {"PublicPrefix", func(c *guise.Config) { c.PublicPrefix = "https://app.example/app?x" }},
		"login elsewhere":          {"LoginURL", func(c *guise.Config) { c.LoginURL = "//evil" }},
		"login inside the console": {"LoginURL", func(c *guise.Config) { c.LoginURL = "/impersonate/login" }},
		"start by script":          {"StartURL", func(c *guise.Config) { c.StartURL = "javascript:alert(1)" }},
		"stop with a line break":   {"StopURL", func(c *guise.Config) { c.StopURL = "/a\r\nSet-Cookie: x" }},
		"next is another field":    {"NextParam", func(c *guise.Config) { c.NextParam = "user_id" }},
		"page size below zero":     {"PageSize", func(c *guise.Config) { c.PageSize = -1 }},
		"safe route":               {"SafeRoutes", func(c *guise.Config) { c.SafeRoutes = []string{"post /search"} }},
		"logout":                   {"Logout", func(c *guise.Config) { c.Logout = []string{"/logout", "nowhere"} }},
		"banner nowhere":           {"BannerPlace", func(c *guise.Config) { c.BannerPlace = 7 }},
		"mode's routes":            {"Modes", func(c *guise.Config) { c.Modes = map[guise.Mode][]string{"a": {"/{"}} }},
		"console fails": {"Console", func(c *guise.Config) {
			c.Console = func(guise.ConsoleOptions) (guise.Console, error) { return nil, errors.New("no such template") }
		}},
	} {
		t.Run(name, func(t *testing.T) {
			config := minimal()
			try.change(&config)
			if _, err := guise.New(config); !slices.Equal(wrongFields(err), []string{try.field}) {
				t.Errorf("New: %v; want Config.%s named", err, try.field)
			}
		})
	}
}

func TestNew_TheLeastConfigIsEnough(t *testing.T) {
	if _, err := guise.New(minimal()); err != nil {
		t.Error(err)
	}
}
