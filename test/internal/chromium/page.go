package chromium

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/guise-go/guise/test/internal/artifacts"
)

// Goto opens an address, as if it were typed.
func (p *Page) Goto(address string) {
	p.t.Helper()
	p.do("open "+address, chromedp.Navigate(address))
}

// Fill types text into the visible field of that name, over what it held.
func (p *Page) Fill(name, text string) {
	p.t.Helper()
	field := chromedp.CSS(fmt.Sprintf("[name=%q]:is(input:not([type=hidden]), textarea)", name))
	p.do("fill in "+name,
		chromedp.WaitVisible(field),
		chromedp.Focus(field),
		chromedp.KeyEvent("a", chromedp.KeyModifiers(chromedp.ModifierCtrl)),
		chromedp.SendKeys(field, text),
	)
}

// Text returns the text that a person sees in the first element that matches.
func (p *Page) Text(selector string) string {
	p.t.Helper()
	element := "document.querySelector(" + quote(selector) + ")"
	p.Until(selector+" is there to be read", element+"?.checkVisibility() === true")
	return strings.TrimSpace(Evaluate[string](p, element+".innerText"))
}

// Exists says whether any element matches, without waiting for one.
func (p *Page) Exists(selector string) bool {
	p.t.Helper()
	return Evaluate[bool](p, "document.querySelector("+quote(selector)+") !== null")
}

// Style returns a computed style of the first element that matches.
func (p *Page) Style(selector, property string) string {
	p.t.Helper()
	p.do("find "+selector, chromedp.WaitVisible(chromedp.CSS(selector)))
	return Evaluate[string](p, fmt.Sprintf("getComputedStyle(document.querySelector(%s)).getPropertyValue(%s)", quote(selector), quote(property)))
}

// Path returns the path and query of the page's address.
func (p *Page) Path() string {
	p.t.Helper()
	location, err := run(p, chromedp.Location())
	if err != nil {
		p.fatalf("ask for the address: %v", err)
	}
	u, err := url.Parse(location)
	if err != nil {
		p.fatalf("the address: %v", err)
	}
	return u.RequestURI()
}

// Cookies returns what the browser would send to an address: a suite can ask
// the application as this browser without leaving the page.
func (p *Page) Cookies(address string) []*http.Cookie {
	p.t.Helper()
	ctx, stop := context.WithTimeout(p.ctx, patience)
	defer stop()
	found, err := chromedp.Call(ctx, network.GetCookies, network.GetCookiesParams{URLs: []string{address}})
	if err != nil {
		p.fatalf("ask for the cookies: %v", err)
	}
	var cookies []*http.Cookie
	for _, c := range found.Cookies {
		cookies = append(cookies, &http.Cookie{Name: c.Name, Value: c.Value})
	}
	return cookies
}

// Evaluate runs a JavaScript expression in the page and returns its value. A
// promise is waited for.
func Evaluate[T any](p *Page, expression string) T {
	p.t.Helper()
	v, err := run(p, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.fatalf("evaluate %s: %v", expression, err)
	}
	return v
}

// Screenshot keeps a picture of the window as NAME.png among the artifacts,
// without the caret, which blinks and would make no two pictures alike.
func (p *Page) Screenshot(name string) {
	p.t.Helper()
	const hideCaret = `document.documentElement.style.caretColor = "transparent"; undefined`
	if _, err := run(p, chromedp.Evaluate[chromedp.Void](hideCaret)); err != nil {
		p.t.Logf("hide the caret: %v", err)
	}
	picture, err := run(p, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Fatalf("take the screenshot %s: %v", name, err)
	}
	artifacts.Write(p.t, name+".png", picture)
}

func (p *Page) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if _, err := run(p, chromedp.Steps(steps...)); err != nil {
		p.fatalf("%s: %v", what, err)
	}
}

// fatalf fails the test and keeps a picture of the page it failed on.
func (p *Page) fatalf(format string, args ...any) {
	p.t.Helper()
	p.t.Errorf(format, args...)
	p.Screenshot(failedName(p.t))
	p.t.FailNow()
}

// failedName is what the picture of a failed test is called.
func failedName(t testing.TB) string {
	return "failed-" + strings.ReplaceAll(t.Name(), "/", "-")
}

// run does one thing, within patience. The browser belongs to p.ctx and stays.
func run[T any](p *Page, action chromedp.Action[T]) (T, error) {
	ctx, stop := context.WithTimeout(p.ctx, patience)
	defer stop()
	return chromedp.Run(ctx, action)
}

// quote makes a JavaScript string: JSON's are.
func quote(s string) string {
	b, _ := json.Marshal(s) // a string always can be
	return string(b)
}
