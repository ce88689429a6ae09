package guise

import (
	"errors"
	"net/http"
)

// Where the login needs no cookie (a certificate, a proxy's header), a browser
// may keep none. A start would then be on record, and every page after it the
// actor's own.
var errNoCookies = errors.New("guise: the browser keeps no cookies")

// cookiesParam says that the browser was given a cookie to send back.
const cookiesParam = "cookies"

// sendsNoCookies reports whether a browser's form comes without any.
func (v *visit) sendsNoCookies() bool {
	return len(v.sent["Cookie"]) == 0 && isTopLevel(v.r)
}

// triedCookies takes back the cookie that the browser was tried with.
func (v *visit) triedCookies() {
	if v.r.URL.Query().Has(cookiesParam) {
		http.SetCookie(v.w, v.cookie.with(trySuffix, "", -1))
	}
}

// tryCookies gives the browser a cookie and lets it send its form again; one
// that comes without it keeps none.
func (v *visit) tryCookies() error {
	if v.r.URL.Query().Has(cookiesParam) {
		return errNoCookies // fails closed: nothing has begun
	}
	http.SetCookie(v.w, v.cookie.with(trySuffix, "1", 0))
	v.w.Header().Set("Cache-Control", "private, no-store")
	v.w.Header().Set("Location", v.base(v.r)+"start?"+cookiesParam+"=tried")
	v.w.WriteHeader(http.StatusTemporaryRedirect)
	return nil
}
