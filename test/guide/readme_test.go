package guide_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// TestReadme_ItsCodeCompiles, with what an application has around it. The document
// leaves out the handling of errors, which firstapp has.
func TestReadme_ItsCodeCompiles(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?ms)^```go\n(.*?)^```$").FindSubmatch(readme)
	if block == nil {
		t.Fatal("README.md has no Go")
	}
	source := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(source, []byte(beforeReadme+string(block[1])+afterReadme), 0o600); err != nil {
		t.Fatal(err)
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(here, "readme", "main.go"): source}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "overlay.json")
	if err := os.WriteFile(file, overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	if said, err := exec.Command("go", "build", "-o", os.DevNull, "-overlay", file, "./readme").CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, said)
	}
}

const (
	beforeReadme = `package main

import (
	"context"
	"database/sql"
	"net/http"

	"github.com/alexedwards/scs/v2"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/console"
	"github.com/guise-go/guise/sqlstore"
	"github.com/guise-go/guise/sqlusers"
)

func main() {}

func application(ctx context.Context, db *sql.DB, sessions *scs.SessionManager, mux *http.ServeMux, r *http.Request) {
`
	afterReadme = `
	_, _ = err, userID
}
`
)
