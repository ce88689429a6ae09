// Package userstest says what a [guise.Directory] must do, as tests that you can
// run on a directory of your own ([Run]). It also has a directory in memory, for
// tests of whatever uses one ([Memory]).
package userstest
