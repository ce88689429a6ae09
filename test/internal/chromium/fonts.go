package chromium

import (
	"os"
	"path/filepath"
	"testing"
)

// fontSettings give every machine's browser the same letters, so that pictures
// taken on two of them look alike. scripts/setup installs the fonts with Chromium;
// where they are missing, the browser falls back on what there is.
const fontSettings = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
	<dir>/usr/share/fonts</dir>
	<dir>/usr/local/share/fonts</dir>
	<alias binding="strong"><family>monospace</family><prefer><family>Liberation Mono</family></prefer></alias>
	<alias binding="strong"><family>serif</family><prefer><family>Liberation Serif</family></prefer></alias>
	<match><edit name="family" mode="append_last" binding="strong"><string>Liberation Sans</string></edit></match>
</fontconfig>
`

// fontFile writes the settings to dir and returns the file's path.
func fontFile(t testing.TB, dir string) string {
	t.Helper()
	path := filepath.Join(dir, "fonts.conf")
	if err := os.WriteFile(path, []byte(fontSettings), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}
