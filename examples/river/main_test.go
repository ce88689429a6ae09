package main

import (
	"context"
	"testing"

	"github.com/guise-go/guise/examples/internal/app"
	"github.com/guise-go/guise/examples/internal/drive"
)

func TestStory(t *testing.T) {
	log := &drive.Lines{}
	base, _ := drive.ServePostgres(t, func(ctx context.Context, url string) (*app.App, error) { return open(ctx, url, log) })
	drive.Site(t, base)

	told := log.Line(t, "note", "by support, for Maya")
	if told["actor.id"] != drive.Ada || told["subject.id"] != drive.Maya || told["owner"] != drive.Maya || told["by"] != "Ada Adler, for you" {
		t.Errorf("the job that Ada asked for as Maya says %v", told)
	}
	told = log.Line(t, "note", "a note of Ada's")
	if _, ok := told["actor.id"]; ok || told["owner"] != drive.Ada || told["by"] != "you" {
		t.Errorf("the job that Ada asked for as herself says %v", told)
	}
}

// TestUnreadable: a job that says it was asked for while impersonating, and not
// readably by whom, does not run as if nobody had been.
func TestUnreadable(t *testing.T) {
	for _, metadata := range []string{`{"guise": "half of it"}`, `{"guise": 1}`, `{`} {
		if ctx, err := unpack(t.Context(), []byte(metadata)); err == nil {
			t.Errorf("metadata %s: a job runs, with %v", metadata, ctx)
		}
	}
	if _, err := unpack(t.Context(), []byte(`{"another": 1}`)); err != nil {
		t.Errorf("a job that nobody impersonating asked for: %v", err)
	}
}
