package guise

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

const (
	// lookEvery is how often a stream looks whether what runs has changed.
	lookEvery = 2 * time.Second
	// beatEvery is how often a stream says something, so that proxies in between
	// don't take it for dead.
	beatEvery = 10 * time.Second
	// streamFor is how long one stream lasts. The browser then asks for another,
	// which comes through the application's own session middleware anew.
	streamFor = 30 * time.Second
	// retryAfter is how soon the browser asks again.
	retryAfter = 2 * time.Second
)

// getLiveStream tells a page, by server-sent events, that its list of what runs
// is out of date. They say nothing else: the page then asks for itself. Who may
// see what is asked anew at each look.
func (v *visit) getLiveStream() error {
	if len(v.stack) > 0 {
		// A page that is left open must count as idle; 204 tells a stream not to
		// come back.
		v.w.WriteHeader(http.StatusNoContent)
		return nil
	}
	found, err := v.look()
	if err != nil {
		return err // nothing is sent yet: it has its proper answer
	}
	header := v.w.Header()
	header.Set("Content-Type", "text/event-stream")
	header.Set("Cache-Control", "private, no-store, no-transform")
	header.Set("X-Accel-Buffering", "no") // of nginx, which would hold it back
	header.Set("X-Content-Type-Options", "nosniff")
	v.w.WriteHeader(http.StatusOK)
	if v.r.Method != http.MethodHead {
		v.stream(found)
	}
	return nil
}

// stream sends until the client goes, may no longer look, or has had its time.
func (v *visit) stream(found string) {
	to := stream{v.w, http.NewResponseController(v.w)}
	defer to.release()
	looks, beats, over := time.NewTicker(lookEvery), time.NewTicker(beatEvery), time.NewTimer(streamFor)
	defer looks.Stop()
	defer beats.Stop()
	defer over.Stop()
	// A client that comes back says what it has been told already.
	told := v.r.Header.Get("Last-Event-Id")
	if to.send(fmt.Sprintf("retry: %d\n", retryAfter.Milliseconds())) != nil {
		return
	}
	for {
		if found != told {
			if to.send("event: changed\nid: "+found+"\ndata:\n") != nil {
				return
			}
			told = found
		}
		select {
		case <-v.r.Context().Done():
			return
		case <-v.stopped:
			return
		case <-over.C:
			return
		case <-beats.C:
			if to.send(":\n") != nil {
				return
			}
		case <-looks.C:
			var err error
			if found, err = v.look(); err != nil {
				return // when it asks again, it is told why
			}
		}
	}
}

// look is a text that stands for everything that runs and that the viewer may
// see, found out as if the request had just come.
func (v *visit) look() (string, error) {
	again := &visit{
		Manager: v.Manager, w: &identityAnswer{header: http.Header{}}, r: v.r.WithContext(v.within(v.r.Context())),
		arrived: v.arrived, sent: v.sent,
	}
	_, running, _, err := again.running()
	if err != nil {
		return "", err
	}
	newest, err := again.progress(running, 1)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	for _, one := range running {
		fmt.Fprintf(sum, "%q %q %d %d\n", one.ID, one.Mode, one.ExpiresAt.UnixMicro(), newest[one.ID].Last.Seq)
	}
	return hex.EncodeToString(sum.Sum(nil)[:8]), nil
}

// stream is a response that is sent as it is written.
type stream struct {
	w  io.Writer
	rc *http.ResponseController
}

// send sends one event or comment, and doesn't wait for a client that doesn't
// read. Where the response can't flush or has no deadlines, it is only sent
// later.
func (s stream) send(text string) error {
	_ = s.rc.SetWriteDeadline(time.Now().Add(beatEvery))
	if _, err := io.WriteString(s.w, text+"\n"); err != nil {
		return err
	}
	if err := s.rc.Flush(); !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil
}

// release lets the connection serve other requests without our deadline.
func (s stream) release() { _ = s.rc.SetWriteDeadline(time.Time{}) }
