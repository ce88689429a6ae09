package chromium

import (
	"context"
	"strings"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Window makes the page see a window of this size, in its own pixels. With a
// zoom of 2, each of them is two of the screen's, as at 200 %.
func (p *Page) Window(width, height int64, zoom float64) {
	p.t.Helper()
	p.command("set the size of the window", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
			Width: width, Height: height, DeviceScaleFactor: zoom,
		})
		return err
	})
}

// Media makes the page be shown on "print" or, with "", on the screen, and
// with preferences such as "prefers-color-scheme: dark".
func (p *Page) Media(media string, preferences ...string) {
	p.t.Helper()
	params := emulation.SetEmulatedMediaParams{Media: media}
	for _, preference := range preferences {
		name, value, _ := strings.Cut(preference, ": ")
		params.Features = append(params.Features, &emulation.MediaFeature{Name: name, Value: value})
	}
	p.command("set the medium", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, params)
		return err
	})
}

// Scripts switches JavaScript on or off, for pages opened from now on.
func (p *Page) Scripts(on bool) {
	p.t.Helper()
	p.command("switch JavaScript", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
		return err
	})
}

// Language is what the browser asks every page for from now on.
func (p *Page) Language(accept string) {
	p.t.Helper()
	p.command("set the language", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{
			Headers: network.Headers{"Accept-Language": accept},
		})
		return err
	})
}

// Zone is the time zone that the reader is in, such as "Pacific/Fiji".
func (p *Page) Zone(name string) {
	p.t.Helper()
	p.command("set the time zone", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: name})
		return err
	})
}

// BeforePages runs a script in every page opened from now on, before the
// page's own, whatever its policy says.
func (p *Page) BeforePages(script string) {
	p.t.Helper()
	p.command("add a script", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
		return err
	})
}

// Print prints the page, as the browser's print button does, to a PDF that
// nobody keeps.
func (p *Page) Print() {
	p.t.Helper()
	if _, err := run(p, chromedp.PrintToPDF()); err != nil {
		p.fatalf("print: %v", err)
	}
}
