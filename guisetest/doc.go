// Package guisetest helps an application test that impersonation works in it:
// that the right people can act as a customer, that what must be closed is
// closed, and that everyone is themselves again afterwards. A [Browser] talks
// to the whole application over HTTPS, as a person's does; a [Clock] makes time
// pass for time limits.
package guisetest
