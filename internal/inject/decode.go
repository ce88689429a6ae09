package inject

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"iter"
	"net/http"
	"strings"
)

// decoder undoes the compression of a page that arrives piece by piece. The
// standard library's readers ask for their input, while ours is handed in; a
// coroutine turns one into the other. It runs only inside write and close, so
// there is no concurrency, and when write returns, everything that the bytes so
// far amount to has been passed on.
type decoder struct {
	next func() (struct{}, bool)
	stop func()
	in   []byte
	any  bool // something has arrived
	eof  bool
	err  error
}

var errStopped = errors.New("inject: decoding was stopped")

// newDecoder returns a decoder for encodings that decodable has accepted.
func newDecoder(encodings []string, out func([]byte) error) *decoder {
	d := &decoder{}
	d.next, d.stop = iter.Pull(func(yield func(struct{}) bool) {
		d.err = decode(feed{d, yield}, encodings, out)
	})
	return d
}

func (d *decoder) write(p []byte) error {
	d.any = d.any || len(p) > 0
	d.in = p
	for len(d.in) > 0 {
		if _, more := d.next(); !more {
			break // at the end, or in error; what follows the end is not looked at
		}
	}
	return d.err
}

// close reports an error if the input was cut short.
func (d *decoder) close() error {
	if d.any {
		d.eof = true
		d.next()
	}
	d.stop()
	return d.err
}

// feed is the input of a decoder, as a reader.
type feed struct {
	d     *decoder
	yield func(struct{}) bool
}

func (f feed) Read(p []byte) (int, error) {
	for len(f.d.in) == 0 {
		if f.d.eof {
			return 0, io.EOF
		}
		if !f.yield(struct{}{}) {
			return 0, errStopped
		}
	}
	n := copy(p, f.d.in)
	f.d.in = f.d.in[n:]
	return n, nil
}

// decode copies r to out, undoing the encodings, the last of which was applied
// last. However much it expands to, it takes one buffer of memory.
func decode(r io.Reader, encodings []string, out func([]byte) error) error {
	for i := len(encodings) - 1; i >= 0; i-- {
		var err error
		if r, err = undo(r, encodings[i]); err != nil {
			return unexpected(err)
		}
	}
	buf := make([]byte, 16<<10)
	for {
		n, err := r.Read(buf)
		if n > 0 {
			if err := out(buf[:n]); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func undo(r io.Reader, encoding string) (io.Reader, error) {
	if encoding == "gzip" {
		return gzip.NewReader(r)
	}
	// "deflate" means zlib, but some send what zlib would wrap.
	b := bufio.NewReader(r)
	head, err := b.Peek(2)
	if err == nil && head[0]&0x0f == 8 && (int(head[0])<<8|int(head[1]))%31 == 0 {
		return zlib.NewReader(b)
	}
	return flate.NewReader(b), nil
}

// unexpected makes an end in the middle of a header an error.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// contentEncodings returns what the application did to the body, in order.
func contentEncodings(h http.Header) []string {
	var list []string
	all, _ := values(h, "Content-Encoding")
	for e := range strings.SplitSeq(strings.ToLower(strings.Join(all, ",")), ",") {
		switch e = strings.TrimSpace(e); e {
		case "", "identity":
		case "x-gzip":
			list = append(list, "gzip")
		default:
			list = append(list, e)
		}
	}
	return list
}

// decodable reports whether the standard library can undo them all.
func decodable(encodings []string) bool {
	for _, e := range encodings {
		if e != "gzip" && e != "deflate" {
			return false
		}
	}
	return true
}
