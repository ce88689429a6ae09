package checkup

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	secureName   = "__Host-guise"
	insecureName = "guise"
	// askTimeout is how long the application may take to answer.
	askTimeout = 15 * time.Second
	// leastHSTS is how long a browser should remember to use HTTPS: half a year.
	leastHSTS = 180 * 24 * time.Hour
)

// Site asks a running application for the page at an address, as nobody who is
// logged in, and looks at how it answers. A certificate that is not trusted is a
// finding. Nothing in the application changes: it is a GET, made twice.
func Site(ctx context.Context, address *url.URL, client *http.Client) Findings {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	found := Findings{https(address)}
	page, err := ask(ctx, address, client, "")
	if err != nil {
		return append(found, unanswered(err))
	}
	answers := fmt.Sprintf("%s answers with status %d", address.Redacted(), page.StatusCode)
	if page.StatusCode >= http.StatusInternalServerError {
		found = append(found, wrong("site", answers, "see the application's own log; the rest is about that answer"))
	} else {
		found = append(found, ok("site", "%s", answers))
	}
	if address.Scheme == "https" {
		found = append(found, hsts(page.Header.Get("Strict-Transport-Security")))
	}
	for _, cookie := range page.Cookies() {
		found = append(found, foreign(cookie))
	}
	// Asked with both names that its cookie may have, and a token of nobody's,
	// Guise takes back the one that is its own, which shows how it is set.
	taken, err := ask(ctx, address, client, secureName+"=guise-doctor; "+insecureName+"=guise-doctor")
	if err != nil {
		return append(found, unanswered(err))
	}
	return append(found, own(taken.Cookies()))
}

// ask asks for the page alone, and not for where it leads.
func ask(ctx context.Context, address *url.URL, client *http.Client, cookies string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("User-Agent", "guise-doctor")
	request.Header.Set("Accept", "text/html")
	if cookies != "" {
		request.Header.Set("Cookie", cookies)
	}
	once := *client
	once.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	answer, err := once.Do(request)
	if err != nil {
		return nil, err
	}
	return answer, answer.Body.Close() // only the headers are looked at
}

func unanswered(err error) Finding {
	if errors.As(err, new(*tls.CertificateVerificationError)) {
		return wrong("site", err.Error(), "give the server a certificate that browsers trust, for this name")
	}
	return wrong("site", err.Error(), "see that the address is right and that the application runs")
}

func https(address *url.URL) Finding {
	if address.Scheme == "https" {
		return ok("https", "the address is HTTPS")
	}
	return wrong("https", "the address is plain HTTP: whoever is between can take the cookies, and act as whoever they belong to",
		"serve it by HTTPS, and name that address; plain HTTP is for development on your own machine")
}

func hsts(header string) Finding {
	const check = "hsts"
	const todo = "answer with Strict-Transport-Security: max-age=31536000, so that browsers never ask by plain HTTP"
	if header == "" {
		return advice(check, "there is no Strict-Transport-Security", todo)
	}
	for directive := range strings.SplitSeq(header, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
		if !strings.EqualFold(name, "max-age") {
			continue
		}
		seconds, err := strconv.ParseInt(strings.Trim(value, `"`), 10, 64)
		if err == nil && seconds >= int64(leastHSTS/time.Second) {
			return ok(check, "Strict-Transport-Security is %s", header)
		}
	}
	return advice(check, fmt.Sprintf("Strict-Transport-Security is %q, which is shorter than half a year", header), todo)
}

// own looks at the cookie that Guise took back.
func own(set []*http.Cookie) Finding {
	const check = "guise's cookie"
	n := slices.IndexFunc(set, func(c *http.Cookie) bool { return c.Name == secureName || c.Name == insecureName })
	if n < 0 {
		return advice(check, "the page does not answer to it: it may be outside Guise's middleware",
			"name the address of a page of which Manager.Middleware is in front")
	}
	cookie := set[n]
	switch lacking := lacks(cookie); {
	case cookie.Name == insecureName:
		return wrong(check, "it is called "+insecureName+", without the prefix __Host-, and goes over plain HTTP too",
			"leave Config.InsecureCookies out in production")
	case len(lacking) > 0:
		return wrong(check, fmt.Sprintf("%s lacks %s", cookie.Name, strings.Join(lacking, ", ")),
			"find out what changes it on its way: Guise sets it with all of them")
	}
	return ok(check, "%s is Secure, HttpOnly and SameSite, and of this host alone", cookie.Name)
}

// lacks lists what a cookie should have and has not.
func lacks(cookie *http.Cookie) (lacking []string) {
	add := func(missing bool, what string) {
		if missing {
			lacking = append(lacking, what)
		}
	}
	add(!cookie.Secure, "Secure")
	add(!cookie.HttpOnly, "HttpOnly")
	add(cookie.SameSite != http.SameSiteLaxMode && cookie.SameSite != http.SameSiteStrictMode, "SameSite=Lax or Strict")
	if strings.HasPrefix(cookie.Name, "__Host-") {
		add(cookie.Path != "/", "Path=/")
		add(cookie.Domain != "", "having no Domain")
	}
	return lacking
}

// foreign looks at a cookie of the application's. One without Secure is wrong: if
// it is a login, Guise can be no safer than that.
func foreign(cookie *http.Cookie) Finding {
	check := "cookie " + cookie.Name
	lacking := lacks(cookie)
	switch {
	case len(lacking) == 0:
		return ok(check, "it is Secure, HttpOnly and SameSite")
	case slices.Contains(lacking, "Secure"):
		return wrong(check, "it lacks "+strings.Join(lacking, ", "), "set it with them; if it is a login, whoever takes it is that user")
	}
	return advice(check, "it lacks "+strings.Join(lacking, ", "), "set it with them if it is a login")
}
