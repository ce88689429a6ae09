// Package sessions tests that an application's sessions, kept by the libraries
// that applications use, are two lives while somebody impersonates: promise P4.
// Every story is told once and happens with every library.
package sessions
