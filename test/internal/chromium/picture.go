package chromium

import (
	"bytes"
	"context"
	"image"
	"image/png"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
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
