// Package userstest holds what a [guise.Directory] must do, as tests that
// anyone's own directory can run ([Run]), and a directory in memory for tests
// of what uses one ([Memory]).
package userstest
