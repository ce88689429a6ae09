package chromium

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Press clicks the button or link of that name, in the first element that
// within selects and that has one, and waits for the next page. The name is
// what a screen reader says: the label if there is one, else the text.
func (p *Page) Press(within, name string) {
	p.t.Helper()
	p.mark(within, name)
	p.follow(fmt.Sprintf("press %q in %s", name, within), chromedp.Click(marked))
}

// Click is Press for what leads to no other page.
func (p *Page) Click(within, name string) {
	p.t.Helper()
	p.mark(within, name)
	p.do(fmt.Sprintf("click %q in %s", name, within), chromedp.Click(marked))
}

// TabKey presses the Tab key.
func (p *Page) TabKey() {
	p.t.Helper()
	p.do("press the Tab key", chromedp.KeyEvent(kb.Tab))
}

// Enter presses the Enter key in the field of that name and waits for the next page.
func (p *Page) Enter(name string) {
	p.t.Helper()
	p.follow("press Enter in "+name, chromedp.SendKeys(chromedp.CSS(fmt.Sprintf("[name=%q]", name)), kb.Enter))
}

// Until waits until a JavaScript expression is true in the page, whichever
// page that is by then.
func (p *Page) Until(what, expression string) {
	p.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		// While a page gives way to the next there is nothing to evaluate in.
		holds, err := run(p, chromedp.Evaluate[bool]("!!("+expression+")", chromedp.EvalAwaitPromise))
		if holds {
			return
		}
		if time.Now().After(deadline) {
			p.fatalf("waited in vain until %s: %v", what, err)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// Post sends a form, as a page of the application would, and waits for the
// next page.
func (p *Page) Post(action string, fields map[string]string) {
	p.t.Helper()
	const post = `(action, fields) => {
		const form = document.createElement("form")
		Object.assign(form, {method: "post", action})
		for (const [name, value] of Object.entries(fields ?? {})) {
			const input = document.createElement("input")
			Object.assign(input, {type: "hidden", name, value})
			form.append(input)
		}
		document.body.append(form)
		form.submit()
	}`
	values, _ := json.Marshal(fields) // strings always can be
	p.follow("post to "+action, chromedp.Evaluate[chromedp.Void](fmt.Sprintf("(%s)(%s, %s)", post, quote(action), values)))
}

// marked is what mark found.
var marked = chromedp.CSS("[data-test-press]")

// mark finds what a name stands for.
func (p *Page) mark(within, name string) {
	p.t.Helper()
	const mark = `(within, name) => {
		const invisible = /[\u2066-\u2069]/g // what keeps a name's writing direction to itself
		const nameOf = e => (e.ariaLabel || e.innerText || e.value || "").replace(invisible, "").replace(/\s+/g, " ").trim()
		document.querySelector("[data-test-press]")?.removeAttribute("data-test-press")
		for (const box of document.querySelectorAll(within))
			for (const e of box.querySelectorAll("button, summary, a[href], input[type=submit]"))
				if (nameOf(e) === name && e.checkVisibility()) {
					e.setAttribute("data-test-press", "")
					return true
				}
		return false
	}`
	p.Until(fmt.Sprintf("there is %q in %s", name, within), fmt.Sprintf("(%s)(%s, %s)", mark, quote(within), quote(name)))
}

// follow does what leads to another page, and waits until that has loaded.
func (p *Page) follow(what string, action chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, stop := context.WithTimeout(p.ctx, patience)
	defer stop()
	if _, err := chromedp.RunResponse(ctx, action); err != nil {
		p.fatalf("%s: %v", what, err)
	}
}
