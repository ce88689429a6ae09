package guise

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// withDefaults returns the Config with every field that was left zero filled
// in.
func (c Config) withDefaults() Config {
	setDefault(&c.MaxRunning, 1)
	setDefault(&c.MaxDepth, 1)
	setDefault(&c.MaxDuration, time.Hour)
	setDefault(&c.IdleTimeout, 15*time.Minute)
	setDefault(&c.StoreTimeout, 5*time.Second)
	c.Limits = c.Limits.withDefaults()
	setDefault(&c.DefaultMode, ReadOnly)
	setDefault(&c.BasePath, "/impersonate/")
	setDefault(&c.StartURL, "/")
	setDefault(&c.NextParam, "next")
	setDefault(&c.PageSize, 20)
	setDefault(&c.Activity, ActivityAll)
	if c.Policy == nil {
		c.Policy = SuperusersOnly
	}
	if c.Scope == nil {
		c.Scope = func(context.Context, Actor) (Filter, error) { return Filter{}, nil }
	}
	if c.Permit == nil {
		c.Permit = defaultPermit(c.Policy)
	}
	if c.ClientIP == nil {
		c.ClientIP = connectionIP
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	return c
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// ConfigError is one thing that is wrong with a [Config]. [New] returns all of
// them at once, joined; errors.As finds the first.
type ConfigError struct {
	// Field is the name of the field.
	Field string
	// Problem says what is wrong, with which value, and what to do.
	Problem string
}

// Error names the field and the problem.
func (e *ConfigError) Error() string { return "guise: Config." + e.Field + ": " + e.Problem }

// problems collects what is wrong with a Config.
type problems []error

func (p *problems) add(field, format string, args ...any) {
	*p = append(*p, &ConfigError{field, fmt.Sprintf(format, args...)})
}

func (p *problems) addIf(wrong bool, field, format string, args ...any) {
	if wrong {
		p.add(field, format, args...)
	}
}

// validate looks at a Config whose defaults are filled in.
func (c Config) validate() error {
	var p problems
	p.addIf(c.Identify == nil, "Identify", "is required: a function that returns the ID of the logged-in user")
	p.addIf(c.Users == nil, "Users", "is required: a Directory, such as sqlusers.New makes")
	p.addIf(c.Store == nil, "Store", "is required: a Store, such as sqlstore.Open makes")
	p.addIf(c.MaxDepth < 1, "MaxDepth", "is %d; it must be 1 (no stacking) or more", c.MaxDepth)
	p.addIf(c.MaxDuration > 0 && c.MaxDuration < time.Second, "MaxDuration", "is %v; it must be a second or more, or negative for no limit", c.MaxDuration)
	p.addIf(c.IdleTimeout > 0 && c.IdleTimeout < time.Second, "IdleTimeout", "is %v; it must be a second or more, or negative for no limit", c.IdleTimeout)
	p.addIf(c.StoreTimeout < minStoreTimeout, "StoreTimeout", "is %v; it must be %v or more", c.StoreTimeout, minStoreTimeout)
	p.addIf(c.RetainFor != 0 && c.RetainFor < minRetention, "RetainFor", "is %v; it must be 24 hours or more, or 0 to keep everything", c.RetainFor)
	p.addIf(c.RetainFor >= minRetention && !c.AllowPurge, "RetainFor", "is %v, and yet nothing would be deleted; set AllowPurge too, or leave RetainFor out", c.RetainFor)
	p.addIf(c.PageSize < 1 || c.PageSize > maxPageSize, "PageSize", "is %d; it must be from 1 to %d", c.PageSize, maxPageSize)
	p.addIf(c.BannerPlace != BannerFirst && c.BannerPlace != BannerLast, "BannerPlace", "is %d; it must be BannerFirst or BannerLast", c.BannerPlace)
	switch c.Activity {
	case ActivityAll, ActivityWrites, ActivityNone:
	default:
		p.add("Activity", "is %q; it must be ActivityAll, ActivityWrites or ActivityNone", c.Activity)
	}
	c.validateModes(&p)
	c.validateAddresses(&p)
	return errors.Join(p...)
}

const maxPageSize = 200

var (
	modeName  = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)
	fieldName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]{0,39}$`)
)

// reservedFields are the names of the forms' other fields.
var reservedFields = map[string]bool{
	fieldUserID: true, fieldReason: true, fieldTicket: true, fieldMode: true, fieldDuration: true, fieldNote: true,
	fieldSubject: true, fieldImpersonation: true,
}

func (c Config) validateModes(p *problems) {
	for mode := range c.Modes {
		p.addIf(mode == ReadOnly || mode == ReadWrite, "Modes", "%q always exists and can't be changed; choose another name", mode)
		p.addIf(!modeName.MatchString(string(mode)), "Modes", "%q is no name for a mode: small letters, digits and _, at most 40", mode)
	}
	_, own := c.Modes[c.DefaultMode]
	p.addIf(!own && c.DefaultMode != ReadOnly && c.DefaultMode != ReadWrite, "DefaultMode", "%q is neither read_only nor read_write nor one of Modes", c.DefaultMode)
	if _, err := regexp.Compile(c.TicketPattern); err != nil {
		p.add("TicketPattern", "%q does not parse: %v", c.TicketPattern, err)
	}
}

func (c Config) validateAddresses(p *problems) {
	p.addIf(!fieldName.MatchString(c.NextParam), "NextParam", "%q is no name for a field: letters, digits, _ and -, at most 40", c.NextParam)
	p.addIf(reservedFields[c.NextParam], "NextParam", "%q is the name of another field", c.NextParam)
	p.addIf(!isCleanFolder(c.BasePath), "BasePath", "%q must be a plain path that begins and ends with / and isn't / alone, such as /impersonate/", c.BasePath)
	if _, err := parsePublic(c.PublicPrefix); err != nil {
		p.add("PublicPrefix", "%v", err)
	}
	if path, ok := localPath(c.LoginURL); ok && strings.HasPrefix(path, c.BasePath) {
		p.add("LoginURL", "%q is under BasePath, %q, where Guise answers", c.LoginURL, c.BasePath)
	}
	for _, address := range []struct{ field, value string }{
		{"LoginURL", c.LoginURL}, {"StartURL", c.StartURL}, {"StopURL", c.StopURL},
	} {
		p.addIf(!isDestination(address.value), address.field, "%q must be a path that begins with one /, or an http(s) address", address.value)
	}
}

var cleanFolder = regexp.MustCompile(`^(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+/$`)

// isCleanFolder reports whether a path matches itself however it is cleaned or
// decoded, so that looking at its beginning is enough.
func isCleanFolder(path string) bool { return cleanFolder.MatchString(path) }

// isDestination reports whether the operator's own address can be redirected
// to. It may lead to another host: it does not come from a request.
func isDestination(address string) bool {
	if address == "" {
		return true
	}
	u, err := url.Parse(address)
	if err != nil || strings.ContainsAny(address, "\\\r\n\t ") {
		return false
	}
	if u.Scheme != "" {
		return (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
	}
	return u.Host == "" && strings.HasPrefix(address, "/")
}
