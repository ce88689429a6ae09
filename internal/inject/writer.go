package inject

import (
	"io"
	"io/fs"
	"net/http"
	"sync"
)

// writer is what the application gets of a Response: a separate type, so that no
// type assertion reaches Kill or Done, and without Unwrap.
type writer Response

// refusal is why nothing can be written any more; nil if it can. It is called
// with Response.mu held.
func (x *Response) refusal() error {
	switch dead, done, conn := x.life.state(); {
	case dead:
		return ErrKilled
	case conn != nil:
		return http.ErrHijacked
	case done:
		return ErrDone
	}
	return nil
}

// Header is the header of the response below. Once the handler has returned, it
// is one that nobody reads, since the real one may be in use for the next
// request.
func (w *writer) Header() http.Header {
	x := (*Response)(w)
	x.mu.Lock()
	defer x.mu.Unlock()
	if _, done, _ := x.life.state(); done {
		return http.Header{}
	}
	return x.w.Header()
}

// WriteHeader takes the status; what may be a page is prepared for it here.
func (w *writer) WriteHeader(status int) {
	x := (*Response)(w)
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.refusal() == nil {
		x.writeHeader(status)
	}
}

// Write passes p on, with the snippet in its place.
func (w *writer) Write(p []byte) (int, error) {
	x := (*Response)(w)
	x.mu.Lock()
	defer x.mu.Unlock()
	if err := x.refusal(); err != nil {
		return 0, err
	}
	return x.write(p)
}

// WriteString copies only as far as the string is looked at; the rest goes on
// as it is.
func (w *writer) WriteString(s string) (int, error) {
	x := (*Response)(w)
	x.mu.Lock()
	defer x.mu.Unlock()
	if err := x.refusal(); err != nil {
		return 0, err
	}
	buf := copyBuffers.Get().(*copyBuffer)
	defer copyBuffers.Put(buf)
	for total := 0; ; {
		if x.untouched() {
			n, err := io.WriteString(x.w, s[total:])
			return total + n, err
		}
		n, err := x.write(buf[:copy(buf[:headSize], s[total:])])
		total += n
		if err != nil || total == len(s) {
			return total, err
		}
	}
}

// ReadFrom copies src. Once nothing is looked at any more, a file goes in one
// piece to the response below, which may hand it to the kernel. Any other source
// may block, an event stream for hours, and the lock must not be held meanwhile:
// Kill has to get in.
func (w *writer) ReadFrom(src io.Reader) (int64, error) {
	x := (*Response)(w)
	buf := copyBuffers.Get().(*copyBuffer)
	defer copyBuffers.Put(buf)
	var total int64
	file := isFile(src)
	for {
		if file {
			if n, taken, err := x.readFile(src); taken {
				return total + n, err
			}
		}
		n, err := src.Read(buf[:])
		if n > 0 {
			m, werr := w.Write(buf[:n])
			total += int64(m)
			if werr != nil {
				return total, werr
			}
		}
		if err == io.EOF {
			return total, nil
		}
		if err != nil {
			return total, err
		}
	}
}

// readFile copies the rest of a file, if the response is at that point.
func (x *Response) readFile(src io.Reader) (n int64, taken bool, err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if err := x.refusal(); err != nil {
		return 0, true, err
	}
	below, ok := x.w.(io.ReaderFrom)
	if !ok || !x.untouched() {
		return 0, false, nil
	}
	n, err = below.ReadFrom(src)
	return n, true, err
}

// isFile reports whether src, or what it is limited to, is a regular file,
// from which reading doesn't wait for anybody.
func isFile(src io.Reader) bool {
	if l, ok := src.(*io.LimitedReader); ok {
		src = l.R
	}
	f, ok := src.(interface{ Stat() (fs.FileInfo, error) })
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode().IsRegular()
}

type copyBuffer [32 << 10]byte

// headSize is what most heads fit in.
const headSize = 4 << 10

var copyBuffers = sync.Pool{New: func() any { return new(copyBuffer) }}
