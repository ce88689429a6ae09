package docs_test

import (
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestDocs_PicturesAreReadableAnywhere: each drawing can be read on a screen of
// 320 pixels, in the light and in the dark, by a screen reader, and loads
// nothing from anywhere.
func TestDocs_PicturesAreReadableAnywhere(t *testing.T) {
	paths, err := filepath.Glob("pictures/*.svg")
	if err != nil || len(paths) < 4 {
		t.Fatalf("found %v, %v", paths, err)
	}
	for _, path := range paths {
		drawing := read(t, path)
		if info, err := os.Stat(path); err != nil || info.Size() > 8<<10 {
			t.Errorf("%s is larger than 8 KiB, or %v", path, err)
		}
		decoder := xml.NewDecoder(strings.NewReader(drawing))
		for {
			if _, err := decoder.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Errorf("%s: %v", path, err)
				break
			}
		}
		for _, part := range []string{"<title", "<desc", `class="page"`, "prefers-color-scheme:dark"} {
			if !strings.Contains(drawing, part) {
				t.Errorf("%s has no %s", path, part)
			}
		}
		if rest := strings.ReplaceAll(drawing, "http://www.w3.org/2000/svg", ""); regexp.MustCompile(`https?:|href|url\(|<script`).MatchString(rest) {
			t.Errorf("%s loads something", path)
		}
		box := regexp.MustCompile(`viewBox="0 0 (\d+) \d+"`).FindStringSubmatch(drawing)
		if box == nil {
			t.Errorf("%s has no viewBox", path)
			continue
		}
		width, _ := strconv.ParseFloat(box[1], 64)
		for _, size := range regexp.MustCompile(`(?:font:|font-size:)(\d+)px`).FindAllStringSubmatch(drawing, -1) {
			if points, _ := strconv.ParseFloat(size[1], 64); points*320/width < 11 {
				t.Errorf("%s: text of %s pixels is %.1f on a screen of 320", path, size[1], points*320/width)
			}
		}
	}
}
