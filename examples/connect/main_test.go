package main

import (
	"testing"

	"github.com/guise-go/guise/examples/internal/drive"
)

func TestStory(t *testing.T) {
	drive.Bearer(t, drive.Serve(t, open), drive.API{
		LogIn: "POST /login", Me: "POST " + procedureMe, Notes: "POST " + procedureList, Add: "POST " + procedureAdd,
		AddBody: func(text string) any { return text },
	})
}
