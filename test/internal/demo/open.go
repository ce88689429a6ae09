package demo

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/coder/websocket"
)

// At returns a client with the same cookies that talks to another process of
// the demo: cookies don't care about ports.
func (c *Client) At(d *Demo) *Client {
	c.t.Helper()
	base, err := url.Parse(d.URL)
	if err != nil {
		c.t.Fatal(err)
	}
	other := newClient(c.t, base)
	other.http.Jar.SetCookies(base, c.http.Jar.Cookies(c.base))
	return other
}

// Open is a connection that stays open.
type Open struct {
	First  string          // what came first
	Closed <-chan struct{} // closed when the connection is
}

// Events opens the server-sent events. First is the e-mail address that they
// are for.
func (c *Client) Events() Open {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, c.base.JoinPath("/events").String(), nil)
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Accept", "text/event-stream")
	resp, err := c.http.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { resp.Body.Close() })
	lines := bufio.NewScanner(resp.Body)
	lines.Scan()
	data, ok := strings.CutPrefix(lines.Text(), "data: ")
	var event struct{ Email string }
	if err := json.Unmarshal([]byte(data), &event); !ok || err != nil {
		c.t.Fatalf("GET /events was answered %d, and first came %q (%v)", resp.StatusCode, lines.Text(), err)
	}
	return open(event.Email, func() {
		for lines.Scan() { // until it is closed
		}
	})
}

// Socket opens the WebSocket and says hello. First is what came back.
func (c *Client) Socket() Open {
	c.t.Helper()
	client := *c.http
	client.Timeout = 0 // it would end the connection
	socket, _, err := websocket.Dial(c.t.Context(), c.base.JoinPath("/ws").String(), &websocket.DialOptions{HTTPClient: &client})
	if err != nil {
		c.t.Fatalf("opening the WebSocket: %v", err)
	}
	c.t.Cleanup(func() { socket.CloseNow() })
	if err := socket.Write(c.t.Context(), websocket.MessageText, []byte("hello")); err != nil {
		c.t.Fatal(err)
	}
	_, first, err := socket.Read(c.t.Context())
	if err != nil {
		c.t.Fatal(err)
	}
	ctx := context.WithoutCancel(c.t.Context()) // what closes it shall not be the test's end
	return open(string(first), func() { _, _, _ = socket.Read(ctx) })
}

// open waits for the end, which is when read returns.
func open(first string, read func()) Open {
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		read()
	}()
	return Open{first, closed}
}
