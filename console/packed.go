package console

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"time"
)

// packable are the kinds of files that become much smaller when compressed.
var packable = []string{".css", ".js", ".mjs", ".svg", ".json"}

// packed is the assets and, for each that gets smaller that way, the same file
// compressed, under its name followed by ".gz".
type packed struct {
	overlay
	files map[string][]byte
}

// pack compresses the assets for which that is worthwhile, once and for all.
func pack(assets overlay, versions map[string]string) (packed, error) {
	p := packed{assets, map[string][]byte{}}
	for name := range versions {
		if !slices.Contains(packable, path.Ext(name)) {
			continue
		}
		content, err := fs.ReadFile(assets, name)
		if err != nil {
			return p, fmt.Errorf("console: asset %s: %w", name, err)
		}
		if small := compress(content); len(small) < len(content) {
			p.files[name+".gz"] = small
		}
	}
	return p, nil
}

func compress(content []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // fails only for an unknown level
	_, _ = w.Write(content)                               // a buffer never fails
	_ = w.Close()
	return b.Bytes()
}

// Open opens a file; a compressed one that the application itself provides comes
// first.
func (p packed) Open(name string) (fs.File, error) {
	file, err := p.overlay.Open(name)
	if content, has := p.files[name]; err != nil && has {
		return &packedFile{bytes.NewReader(content), name}, nil
	}
	return file, err
}

// packedFile is a file that is kept in memory, and what is known about it.
type packedFile struct {
	*bytes.Reader
	name string
}

func (f *packedFile) Stat() (fs.FileInfo, error) { return f, nil }
func (f *packedFile) Close() error               { return nil }
func (f *packedFile) Name() string               { return path.Base(f.name) }
func (f *packedFile) Mode() fs.FileMode          { return 0o444 }
func (f *packedFile) ModTime() time.Time         { return time.Time{} }
func (f *packedFile) IsDir() bool                { return false }
func (f *packedFile) Sys() any                   { return nil }
