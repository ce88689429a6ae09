package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"runtime"
	"strings"
	"time"

	"github.com/guise-go/guise"
)

const megabyte = 1 << 20

// bannerRows are pages that get the banner while they stream.
func bannerRows() []row {
	return []row{
		{
			name: "banner/stream", what: "the banner on a page of 1 MB, streamed over loopback", floor: "the same stream without Guise",
			unit: perSecond, figure: median, target: atLeast(0.5), note: "Pages a second.",
			prepare: func(ctx context.Context, l *lab) (measured, floor side, err error) {
				a, header, err := streaming(ctx, megabyte, false)
				if err != nil {
					return nil, nil, err
				}
				n := l.size(100, 2)
				return pagesPerSecond(n, l.served(a.handler).asking(http.MethodGet, header)), pagesPerSecond(n, l.served(a.bare).asking(http.MethodGet, header)), nil
			},
		},
		{
			name: "banner/first-byte", what: "the banner on a page of 1 MB: until its first byte", floor: "the same impersonation without a banner",
			unit: seconds, figure: median, target: atMost(1.05),
			prepare: func(ctx context.Context, l *lab) (measured, floor side, err error) {
				with, header, err := streaming(ctx, megabyte, false)
				if err != nil {
					return nil, nil, err
				}
				without, plain, err := streaming(ctx, megabyte, true)
				if err != nil {
					return nil, nil, err
				}
				measured, floor = untilFirstByte(l.size(1000, 3), l.served(with.handler), header, l.served(without.handler), plain)
				return measured, floor, nil
			},
		},
		{
			name: "banner/memory", what: "the banner on a page of 200 MB: heap in use", floor: "on a page of 1 MB",
			unit: inBytes, figure: median, target: atMost(1.2),
			prepare: func(ctx context.Context, l *lab) (measured, floor side, err error) {
				return heapOfPage(ctx, l.size(200, 4)), heapOfPage(ctx, 1), nil
			},
		},
	}
}

// paragraphs is the body of a page, in pieces as a template writes them.
var paragraphs = []byte(strings.Repeat("<p>Monday, mathematics, room 12, with Mr Okafor</p>\n", 600))

// streaming is an application whose page has so many bytes, and the header of a
// request made while impersonating in it.
func streaming(ctx context.Context, size int, noBanner bool) (*application, http.Header, error) {
	a, err := inMemory(func(w http.ResponseWriter, _ *http.Request) { writePage(w, size, func() {}) }, guise.Config{InsecureNoBanner: noBanner})
	if err != nil {
		return nil, nil, err
	}
	cookie, err := a.start(ctx, 0)
	if err != nil {
		return nil, nil, err
	}
	return a, a.as(cookie), nil
}

func writePage(w http.ResponseWriter, size int, now func()) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = io.WriteString(w, "<!DOCTYPE html><html lang=en><title>Timetable</title><body>")
	for written := 0; written < size; written += len(paragraphs) {
		if _, err := w.Write(paragraphs); err != nil {
			return
		}
		now()
	}
}

func pagesPerSecond(n int, ask operation) side {
	return func(ctx context.Context) ([]float64, error) {
		start := time.Now()
		for i := range n {
			if err := ask(ctx, i); err != nil {
				return nil, err
			}
		}
		return []float64{float64(n) / time.Since(start).Seconds()}, nil
	}
}

// untilFirstByte takes the time to the first byte of the page, by turns; the
// rest is read, too, and not timed.
func untilFirstByte(n int, with *client, header http.Header, without *client, plain http.Header) (ofWith, ofWithout side) {
	return sharing(func(ctx context.Context) (own, base []float64, err error) {
		for i := range 2 * n {
			if i%100 == 0 {
				// By chance one connection is a fifth faster than another, and stays so
				// for as long as it is open.
				with.CloseIdleConnections()
				without.CloseIdleConnections()
			}
			// Now one goes first, now the other: what the one before leaves to do, such
			// as collecting garbage, falls to either.
			asked, as, to := without, plain, &base
			if i%4 == 0 || i%4 == 3 {
				asked, as, to = with, header, &own
			}
			took, err := asked.firstByte(ctx, as)
			if err != nil {
				return nil, nil, err
			}
			*to = append(*to, took.Seconds())
		}
		return own, base, nil
	})
}

func (c *client) firstByte(ctx context.Context, header http.Header) (time.Duration, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url+"/timetable", nil)
	if err != nil {
		return 0, err
	}
	r.Header = header.Clone()
	start := time.Now()
	answer, err := c.Do(r)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	if _, err := answer.Body.Read(make([]byte, 1)); err != nil {
		return 0, err
	}
	took := time.Since(start)
	_, err = io.Copy(io.Discard, answer.Body)
	return took, err
}

// heapOfPage is the most that is in use while the page streams.
func heapOfPage(ctx context.Context, megabytes int) side {
	return func(context.Context) ([]float64, error) {
		most, pieces := 0.0, 0
		a, err := inMemory(func(w http.ResponseWriter, _ *http.Request) {
			writePage(w, megabytes*megabyte, func() {
				if pieces++; pieces%(megabytes*megabyte/len(paragraphs)/4) == 0 {
					most = max(most, heap())
				}
			})
		}, guise.Config{})
		if err != nil {
			return nil, err
		}
		cookie, err := a.start(ctx, 0)
		if err != nil {
			return nil, err
		}
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://app.example/timetable", nil)
		if err != nil {
			return nil, err
		}
		r.Header = a.as(cookie)
		a.handler.ServeHTTP(&discard{http.Header{}}, r)
		runtime.KeepAlive(a)
		if most == 0 {
			return nil, errors.New("the page was not streamed")
		}
		return []float64{most}, nil
	}
}
