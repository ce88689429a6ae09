package main

import (
	"testing"

	"github.com/guise-go/guise/examples/internal/drive"
)

func TestStory(t *testing.T) { drive.Site(t, drive.Serve(t, open)) }
