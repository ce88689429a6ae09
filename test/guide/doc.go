// Package guide holds every snippet of docs/guide.md, between a line
// //docs:begin NAME and a line //docs:end, in tests that run it. A test of the
// root module holds the document equal to them.
package guide
