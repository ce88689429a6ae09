package main

import (
	"os"
	"strings"
	"testing"
)

func TestRecognise_ByItsOwnWords(t *testing.T) {
	guises, err := os.ReadFile("../../LICENSE")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ text, want string }{
		{string(guises), "MIT"},
		{"Apache License\r\n   Version 2.0, January 2004", "Apache-2.0"},
		{"Redistribution and use in source and binary forms ... Redistributions in binary form ...", "BSD-2-Clause"},
		{"Redistribution and use in source and binary forms ... Redistributions in binary form ... Neither the name of", "BSD-3-Clause"},
		{"Mozilla Public License, version 2.0", "MPL-2.0"},
		{"All rights reserved.", ""},
		{"", ""},
		{"GNU General Public License version 3", ""},
		{string(guises) + "\nCommons Clause License Condition", ""},
	} {
		if got, ok := recognise(row.text); strings.Join(got, " ") != row.want || ok != (row.want != "") {
			t.Errorf("%.60q is %q, %v; want %q", row.text, got, ok, row.want)
		}
	}
}
