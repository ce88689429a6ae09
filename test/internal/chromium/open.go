package chromium

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/guise-go/guise/test/internal/artifacts"
)

// The size of the window, and so of every screenshot.
const (
	width  = 1280
	height = 800
)

// patience is how long a page may take to do what a test waits for.
const patience = 20 * time.Second

// Page is a tab of a browser.
type Page struct {
	t        testing.TB
	ctx      context.Context
	problems *problems
}

// Open starts a browser that has never been used. It is closed when the test
// ends, and the test fails if any page complained in the meantime: an error in
// the console, an exception nobody caught, a refused resource, a dialog.
func Open(t testing.TB) *Page {
	t.Helper()
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options(t)...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx, chromedp.WithErrorf(t.Logf))
	t.Cleanup(stop)

	// The picture of an earlier failure must not pass for one of this run.
	_ = os.Remove(filepath.Join(artifacts.Dir(t), failedName(t)+".png"))
	p := &Page{t: t, ctx: ctx, problems: &problems{}}
	if err := chromedp.Listen(ctx, p.problems.listen(ctx)); err != nil {
		t.Fatalf("starting the browser: %v", err)
	}
	t.Cleanup(p.close)
	p.Window(width, height, 1)
	return p
}

// options makes every run alike, whatever the machine: an empty profile, a
// fixed language and time zone, and nothing that speaks to the network by itself.
func options(t testing.TB) []chromedp.ExecAllocatorOption {
	dir := t.TempDir()
	flags := append([]chromedp.ExecAllocatorOption{}, chromedp.DefaultExecAllocatorOptions[:]...)
	return append(flags,
		chromedp.ExecPath(find(t)),
		chromedp.UserDataDir(dir+"/profile"),
		chromedp.Env("TZ=UTC", "LANGUAGE=en", "FONTCONFIG_FILE="+fontFile(t, dir),
			"XDG_CONFIG_HOME="+dir+"/config", "XDG_CACHE_HOME="+dir+"/cache"),
		chromedp.WindowSize(width, height),
		// The sandbox needs rights that root and most containers don't have. It
		// guards against hostile pages; these browsers see the demo's and no other.
		chromedp.NoSandbox,
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("no-proxy-server", true),
		chromedp.Flag("lang", "en-US"),
		chromedp.Flag("accept-lang", "en-US,en"),
	)
}

// close ends the browser before the folder of its profile is removed, and
// reports what the pages complained of.
func (p *Page) close() {
	ctx, stop := context.WithTimeout(p.ctx, patience)
	defer stop()
	if err := chromedp.Cancel(ctx); err != nil {
		p.t.Logf("closing the browser: %v", err)
	}
	p.reportProblems()
}
