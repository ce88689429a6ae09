package guise

import (
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// getAsset serves one of the console's files, compressed where there is a
// compressed copy. They hold no secrets, so their length reveals nothing; pages
// do, and are never compressed here.
func (v *visit) getAsset() error {
	if v.console == nil || strings.HasSuffix(v.r.URL.Path, "/") {
		return ErrNotFound // no lists of files
	}
	header := v.w.Header()
	header.Set("Cache-Control", "public, max-age=3600")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Vary", "Accept-Encoding")
	if v.sendPacked(strings.TrimPrefix(v.r.URL.Path, v.config.BasePath+"assets/")) {
		return nil
	}
	files := http.FileServerFS(v.console.Assets())
	http.StripPrefix(v.config.BasePath+"assets/", files).ServeHTTP(v.w, v.r)
	return nil
}

// sendPacked sends the compressed copy of a file, if there is one and the
// client accepts it.
func (v *visit) sendPacked(name string) bool {
	kind := mime.TypeByExtension(path.Ext(name))
	if kind == "" || !fs.ValidPath(name) || v.r.Header.Get("Range") != "" || !takesGzip(v.r.Header.Values("Accept-Encoding")) {
		return false
	}
	content, err := fs.ReadFile(v.console.Assets(), name+".gz")
	if err != nil {
		return false // so it is sent as it is, or does not exist
	}
	header := v.w.Header()
	header.Set("Content-Type", kind)
	header.Set("Content-Encoding", "gzip")
	header.Set("Content-Length", strconv.Itoa(len(content)))
	v.w.WriteHeader(http.StatusOK)
	if v.r.Method != http.MethodHead {
		_, _ = v.w.Write(content) // when the client has gone, there is nobody to tell
	}
	return true
}

// takesGzip reports whether a client accepts gzip.
func takesGzip(accepted []string) bool {
	for _, header := range accepted {
		for one := range strings.SplitSeq(header, ",") {
			coding, weight, _ := strings.Cut(one, ";")
			if !strings.EqualFold(strings.TrimSpace(coding), "gzip") {
				continue
			}
			name, value, _ := strings.Cut(strings.ReplaceAll(weight, " ", ""), "=")
			q, err := strconv.ParseFloat(value, 64)
			return weight == "" || strings.EqualFold(name, "q") && err == nil && q > 0
		}
	}
	return false
}
