package chromium

import (
	"context"
	"fmt"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Keys presses keys one after the other, wherever the focus is, as hands on a
// keyboard do; those without a letter are in package kb. A key that a script
// has taken for itself writes no letter.
func (p *Page) Keys(keys ...string) {
	p.t.Helper()
	for _, key := range keys {
		for _, letter := range key {
			p.command(fmt.Sprintf("press %q", key), func(ctx context.Context) error { return press(ctx, letter) })
		}
	}
}

// press sends the key and its letter as one event, so that whoever prevents the
// one prevents the other.
func press(ctx context.Context, key rune) error {
	events := kb.Encode(key)
	for _, event := range events[1:] {
		if event.Type == kb.KeyChar {
			events[0].Text, events[0].UnmodifiedText = event.Text, event.UnmodifiedText
			continue
		}
		for _, one := range []*input.DispatchKeyEventParams{events[0], event} {
			if _, err := chromedp.Call(ctx, input.DispatchKeyEvent, *one); err != nil {
				return err
			}
		}
	}
	return nil
}
