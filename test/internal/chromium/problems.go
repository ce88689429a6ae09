package chromium

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// problems collects what a person would see in red in the developer tools.
type problems struct {
	mu    sync.Mutex
	found []string
}

func (p *problems) add(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.found = append(p.found, fmt.Sprintf(format, args...))
}

// take returns what was found since it was last asked.
func (p *problems) take() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	found := p.found
	p.found = nil
	return found
}

// listen returns what is called for each event of the tab. It must not wait
// for the browser, which would wait for it.
func (p *problems) listen(ctx context.Context) func(any) {
	return func(event any) {
		switch e := event.(type) {
		case *runtime.EventConsoleAPICalled:
			if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeAssert {
				p.add("console.%s: %s", e.Type, join(e.Args))
			}
		case *runtime.EventExceptionThrown:
			p.add("uncaught: %s", describe(e.ExceptionDetails))
		case *log.EventEntryAdded:
			// Content-Security-Policy and failed requests report here.
			// What no page asks for, but the browser, isn't a page's fault.
			if e.Entry.Level == log.EntryLevelError && !strings.HasSuffix(e.Entry.URL, "/favicon.ico") {
				p.add("%s: %s (%s)", e.Entry.Source, e.Entry.Text, e.Entry.URL)
			}
		case *network.EventRequestWillBeSent:
			if host, elsewhere := elsewhere(e.Request.URL); elsewhere {
				p.add("asked another host, %s: %s", host, e.Request.URL)
			}
		case *page.EventJavascriptDialogOpening:
			// A user's name that runs as a script would end here.
			p.add("a dialog opened: %s %q", e.Type, e.Message)
			go dismiss(ctx)
		}
	}
}

// elsewhere says whether an address is on another machine. No page of ours may
// ask for one: it would tell a stranger who is looked at.
func elsewhere(address string) (host string, yes bool) {
	u, err := url.Parse(address)
	if err != nil {
		return address, true
	}
	host = u.Hostname() // none in data: and blob:
	return host, host != "" && host != "localhost" && !net.ParseIP(host).IsLoopback()
}

// dismiss closes a dialog, which would hold up the page. Should it fail, the
// next action on the page says so.
func dismiss(ctx context.Context) {
	_, _ = chromedp.Call(ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: false})
}

func join(args []*runtime.RemoteObject) string {
	var words []string
	for _, a := range args {
		if a.Description != "" {
			words = append(words, a.Description)
		} else {
			words = append(words, string(a.Value))
		}
	}
	return strings.Join(words, " ")
}

func describe(e *runtime.ExceptionDetails) string {
	if e.Exception != nil && e.Exception.Description != "" {
		return e.Exception.Description
	}
	return fmt.Sprintf("%s (%s:%d)", e.Text, e.URL, e.LineNumber+1)
}
