package chromium

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/guise-go/guise/test/internal/artifacts"
)

// Picture is a part of the window as it is painted now, in the page's pixels
// from the corner of the window.
func (p *Page) Picture(left, top, width, height float64) image.Image {
	p.t.Helper()
	scrolled := Evaluate[struct{ X, Y float64 }](p, "({X: scrollX, Y: scrollY})")
	var data []byte
	p.command("take a picture", func(ctx context.Context) error {
		shot, err := chromedp.Call(ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{
			Clip:             &page.Viewport{X: scrolled.X + left, Y: scrolled.Y + top, Width: width, Height: height, Scale: 1},
			OptimizeForSpeed: new(true),
		})
		data = shot.Data
		return err
	})
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		p.fatalf("read the picture: %v", err)
	}
	return picture
}

// FullScreenshot keeps a picture of the whole page, as far down as it goes, as
// NAME.png among the artifacts.
func (p *Page) FullScreenshot(name string) {
	p.t.Helper()
	size := Evaluate[struct{ Width, Height, Window float64 }](p, `(document.documentElement.style.caretColor = "transparent",
		{Width: document.documentElement.clientWidth, Height: document.documentElement.scrollHeight, Window: innerHeight})`)
	p.command("take a picture of the whole page", func(ctx context.Context) error {
		shot, err := chromedp.Call(ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{
			Clip: &page.Viewport{Width: size.Width, Height: size.Height, Scale: 1},
			// A page from right to left that fits into the window would be
			// painted beside its place.
			CaptureBeyondViewport: new(size.Height > size.Window),
		})
		if err == nil {
			artifacts.Write(p.t, name+".png", shot.Data)
		}
		return err
	})
}

// T is the test that the page belongs to.
func (p *Page) T() testing.TB { return p.t }
