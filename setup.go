package guise

import (
	"log/slog"
	"net"
	"net/url"
	"strings"
)

// warnOfSetup tells the operator what a start shows about how the application is
// set up and run: what will not work, and would not say so.
func (v *visit) warnOfSetup() {
	origin, err := url.Parse(v.r.Header.Get("Origin"))
	if err != nil || origin.Host == "" {
		return
	}
	if v.r.Header.Get("Sec-Fetch-Site") == "same-origin" && bareHost(origin.Host) != bareHost(v.publicHost()) {
		v.config.Logger.Warn("guise: a proxy changes the Host of requests, so the banner leads to another host than the browser's: set Config.PublicPrefix",
			slog.String("to", origin.String()), slog.String("host", v.publicHost()))
	}
	if origin.Scheme == "http" && !v.config.InsecureCookies && !isLoopback(origin.Hostname()) {
		v.config.Logger.Warn("guise: over http a browser does not keep the cookie, which is Secure, and the person stays who they are: serve https, or while developing set Config.InsecureCookies",
			slog.String("origin", origin.String()))
	}
}

// bareHost is a host without the port that goes without saying.
func bareHost(host string) string {
	host = strings.ToLower(host)
	return strings.TrimSuffix(strings.TrimSuffix(host, ":80"), ":443")
}

// isLoopback reports whether browsers trust a host as if it came by https.
func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}
