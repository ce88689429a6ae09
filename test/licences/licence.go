package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// known are licences by what only they say, in the order in which they are
// looked for: what is more special comes first. All of them let Guise's modules
// be used and passed on as they are.
var known = []struct {
	name  string
	words []string
}{
	{"Apache-2.0", []string{"apache license", "version 2.0"}},
	{"MPL-2.0", []string{"mozilla public license", "2.0"}},
	{"BSD-3-Clause", []string{"redistribution and use in source and binary forms", "neither the name"}},
	{"BSD-3-Clause", []string{"redistribution and use in source and binary forms", "may not be used to endorse or promote"}},
	{"BSD-2-Clause", []string{"redistribution and use in source and binary forms", "redistributions in binary form"}},
	{"MIT", []string{"permission is hereby granted, free of charge", "the above copyright notice and this permission notice"}},
	{"ISC", []string{"permission to use, copy, modify, and/or distribute this software for any purpose with or without fee"}},
	{"ISC", []string{"permission to use, copy, modify, and distribute this software for any purpose with or without fee"}},
	{"Unlicense", []string{"this is free and unencumbered software released into the public domain"}},
	{"CC0-1.0", []string{"cc0 1.0 universal"}},
	{"public domain", []string{"the author disclaims copyright to this source code"}},
	{"public domain", []string{"dedicated to the public domain"}},
}

// licenceIn reads the licences in a module's folder. What stands in a file such
// as LICENSE-LOGO is about a part of the module: where it is none of the known,
// the file is named, for a person to read.
func licenceIn(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	var found []string
	for _, entry := range entries {
		name := strings.ToLower(entry.Name())
		if entry.IsDir() || !strings.HasPrefix(name, "licen") && !strings.HasPrefix(name, "copying") && !strings.HasPrefix(name, "unlicense") {
			continue
		}
		content, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			return "", err
		}
		licences, ok := recognise(string(content))
		switch part := strings.Contains(name, "-"); {
		case !ok && part:
			licences = []string{"parts: " + entry.Name()}
		case !ok:
			return "", fmt.Errorf("%s is a licence that is not known here; read it, then add it to test/licences/licence.go", entry.Name())
		}
		found = append(found, licences...)
	}
	if !slices.ContainsFunc(found, func(l string) bool { return !strings.HasPrefix(l, "parts: ") }) {
		return "", errors.New("there is no licence")
	}
	slices.Sort(found)
	return strings.Join(slices.Compact(found), ", "), nil
}

// recognise is the licence that a text is, whatever its line ends. A text that
// names another licence as well (GPL, AGPL, a clause of Commons) is not known.
func recognise(text string) ([]string, bool) {
	words := strings.ToLower(strings.Join(strings.Fields(text), " "))
	for _, no := range []string{"commons clause", "gnu general public license version", "affero general public license version", "server side public license", "business source license"} {
		if strings.Contains(words, no) {
			return nil, false
		}
	}
	var found []string
	for _, licence := range known {
		if !slices.ContainsFunc(licence.words, func(w string) bool { return !strings.Contains(words, w) }) && !slices.Contains(found, licence.name) {
			found = append(found, licence.name)
		}
	}
	if slices.Contains(found, "BSD-3-Clause") {
		found = slices.DeleteFunc(found, func(name string) bool { return name == "BSD-2-Clause" })
	}
	return found, len(found) > 0
}
