package guise

import (
	"fmt"
	"net/url"
	"strings"
)

// public is the application's address as browsers know it, as far as
// Config.PublicPrefix says.
type public struct {
	// origin is scheme and host; "" where the request's own Host is right.
	origin, host string
	// prefix is the path before the Manager's; "" for none.
	prefix string
}

// parsePublic reads a path, or an origin and a path.
func parsePublic(text string) (public, error) {
	wrong := fmt.Errorf("%q must be a plain path that begins with / and doesn't end with it, such as /app, alone or behind an origin, such as https://app.example/app", text)
	if text == "" {
		return public{}, nil
	}
	if strings.HasPrefix(text, "/") {
		if !isCleanFolder(text + "/") {
			return public{}, wrong
		}
		return public{prefix: text}, nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return public{}, wrong
	}
	if u.Path != "" && !isCleanFolder(u.Path+"/") {
		return public{}, wrong
	}
	return public{origin: u.Scheme + "://" + u.Host, host: u.Host, prefix: u.Path}, nil
}

// publicHost is the host by which the browser knows the application.
func (v *visit) publicHost() string {
	if v.outside.host != "" {
		return v.outside.host
	}
	return v.r.Host
}
