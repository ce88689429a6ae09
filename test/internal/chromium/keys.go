package chromium

import (
	"fmt"

	"github.com/chromedp/chromedp"
)

// Keys presses keys one after the other, wherever the focus is, as hands on a
// keyboard do; those without a letter are in package kb.
func (p *Page) Keys(keys ...string) {
	p.t.Helper()
	for _, key := range keys {
		p.do(fmt.Sprintf("press %q", key), chromedp.KeyEvent(key))
	}
}
