package chromium

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// Tab opens another tab in the same window, in front of this one: the same
// cookies, another page. What its pages complain of fails the test as well.
func (p *Page) Tab() *Page {
	p.t.Helper()
	return p.another(chromedp.WithNewWindow(false))
}

// Beside opens another window of the same browser beside this one: both stay
// in sight.
func (p *Page) Beside() *Page {
	p.t.Helper()
	return p.another(chromedp.WithNewWindow(true))
}

// Private opens a private window: cookies and all else of its own.
func (p *Page) Private() *Page {
	p.t.Helper()
	return p.another(chromedp.WithNewBrowserContext())
}

// Opens presses what opens a window of its own, and returns that.
func (p *Page) Opens(within, name string) *Page {
	p.t.Helper()
	opened := chromedp.WaitNewTarget(p.ctx, func(*target.Info) bool { return true })
	p.Click(within, name)
	select {
	case id := <-opened:
		return p.another(chromedp.WithTargetID(id))
	case <-time.After(patience):
		p.fatalf("%q in %s opened no window", name, within)
		return nil
	}
}

func (p *Page) another(how chromedp.ContextOption) *Page {
	p.t.Helper()
	ctx, stop := chromedp.NewContext(p.ctx, how)
	p.t.Cleanup(stop)
	tab := &Page{t: p.t, ctx: ctx, problems: &problems{}}
	if err := chromedp.Listen(ctx, tab.problems.listen(ctx)); err != nil {
		p.fatalf("open another tab: %v", err)
	}
	p.t.Cleanup(tab.reportProblems)
	tab.Window(width, height, 1)
	return tab
}

// In is the same tab for a part of the test: what fails there is that part's.
func (p *Page) In(t testing.TB) *Page {
	return &Page{t: t, ctx: p.ctx, problems: p.problems}
}

// Front brings the tab to the front, as a click on it would.
func (p *Page) Front() {
	p.t.Helper()
	p.command("bring the tab to the front", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, page.BringToFront, cdp.Empty{})
		return err
	})
}

// Back goes back to the page before, as the browser's button does.
func (p *Page) Back() {
	p.t.Helper()
	p.do("go back", chromedp.NavigateBack())
}

// TakeProblems returns what the page complained of so far, for a test that
// expects it. It no longer fails the test then.
func (p *Page) TakeProblems() []string { return p.problems.take() }

func (p *Page) reportProblems() {
	for _, problem := range p.problems.take() {
		p.t.Errorf("the browser complained: %s", problem)
	}
}

// command sends the browser what chromedp has no action for.
func (p *Page) command(what string, send func(context.Context) error) {
	p.t.Helper()
	ctx, stop := context.WithTimeout(p.ctx, patience)
	defer stop()
	if err := send(ctx); err != nil {
		p.fatalf("%s: %v", what, err)
	}
}
