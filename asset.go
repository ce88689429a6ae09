package guise

import (
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// getAsset serves one of the console's files, compressed where it is there
// that way. Nothing secret is in them, so their length tells nobody anything;
// the pages, in which there is, are never compressed here.
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

// sendPacked sends the file as it is compressed already, if it is and if the
// client takes it so.
func (v *visit) sendPacked(name string) bool {
	kind := mime.TypeByExtension(path.Ext(name))
	if kind == "" || !fs.ValidPath(name) || v.r.Header.Get("Range") != "" || !takesGzip(v.r.Header.Values("Accept-Encoding")) {
		return false
	}
	content, err := fs.ReadFile(v.console.Assets(), name+".gz")
	if err != nil {
		return false // then it is sent as it is, or is not there
	}
	header := v.w.Header()
	header.Set("Content-Type", kind)
	header.Set("Content-Encoding", "gzip")
	header.Set("Content-Length", strconv.Itoa(len(content)))
	v.w.WriteHeader(http.StatusOK)
	if v.r.Method != http.MethodHead {
		_, _ = v.w.Write(content) // a client that has gone is nobody to tell
	}
	return true
}

// takesGzip reports whether a client takes what is compressed.
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
