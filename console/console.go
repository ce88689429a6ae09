package console

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"reflect"
	"sync"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/internal/language"
)

// pages are the pages there are, each with the zero value of its data.
var pages = map[guise.PageName]any{
	guise.PageUsers:      guise.UsersData{},
	guise.PageUser:       guise.UserData{},
	guise.PageLive:       guise.LiveData{},
	guise.PageLog:        guise.LogData{},
	guise.PageEntry:      guise.EntryData{},
	guise.PageUnattached: guise.UnattachedData{},
	guise.PageEnded:      guise.EndedData{},
	guise.PageLeave:      guise.LeaveData{},
	guise.PageWrite:      guise.WriteData{},
	guise.PageExplain:    guise.ExplainData{},
	guise.PageProblem:    guise.ProblemData{},
}

// console is the [guise.Console] that comes with Guise. It does not change once
// it is made.
type console struct {
	pages  map[string]func() (templates, error) // by language; made when first asked for
	words  map[string]*words                    // by language too
	texts  *language.Catalogue
	assets packed
}

// New makes the console; it is what Config.Console wants. Each template is
// tried out, so that a mistake in one of the application's own is an error
// here, naming the file, and not one that a person sees.
func New(options guise.ConsoleOptions) (guise.Console, error) {
	texts, err := language.Load(files, "locales")
	if err != nil {
		return nil, fmt.Errorf("console: %w", err)
	}
	c := &console{texts: texts}
	assets := overlay{sub(options.Templates, "assets"), sub(files, "assets")}
	marks, err := versionsOf(assets)
	if err != nil {
		return nil, err
	}
	if c.assets, err = pack(assets, marks); err != nil {
		return nil, err
	}
	if err := checkNames(options.Templates); err != nil {
		return nil, err
	}
	c.pages, c.words = map[string]func() (templates, error){}, map[string]*words{}
	from := sources{options.Templates, sub(files, "templates")}
	for _, lang := range texts.Languages() {
		words := &words{Texts: texts.In(lang), original: texts.In(language.Default), options: options, versions: marks}
		c.words[lang] = words
		c.pages[lang] = sync.OnceValues(func() (templates, error) { return from.parse(words) })
	}
	for name, zero := range pages {
		if err := c.Render(io.Discard, guise.Page{Name: name, Data: zero}); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// buffers are for whole pages: one that grows with each takes longer.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// keep puts a buffer back, unless the page was a very large one.
func keep(b *bytes.Buffer) {
	if b.Cap() <= 1<<18 {
		buffers.Put(b)
	}
}

// Render writes the whole page, or nothing and an error.
func (c *console) Render(w io.Writer, page guise.Page) error {
	if _, known := pages[page.Name]; !known {
		return fmt.Errorf("console: there is no page %q", page.Name)
	}
	if have, want := reflect.TypeOf(page.Data), reflect.TypeOf(pages[page.Name]); have != want {
		return fmt.Errorf("console: page %q wants data of type %v, not %v", page.Name, want, have)
	}
	dot := c.view(page)
	parsed, err := c.pages[dot.Lang]()
	if err != nil {
		return err
	}
	b := buffers.Get().(*bytes.Buffer)
	defer keep(b)
	b.Reset()
	if err := parsed[page.Name].ExecuteTemplate(b, layoutFile, dot); err != nil {
		return fmt.Errorf("console: page %q: %w", page.Name, err)
	}
	_, err = w.Write(b.Bytes())
	return err
}

// Assets are the files served under BasePath + "assets/".
func (c *console) Assets() fs.FS { return c.assets }
