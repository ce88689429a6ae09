// Package databases gives tests real databases: a PostgreSQL and a MariaDB
// server from the system's packages, started when a test first asks, in a
// temporary folder, on a free port of 127.0.0.1, as a user without rights. It
// owns those processes and folders, and they are gone when the test process is,
// however it ended.
//
// One server of a kind serves all tests of a process; each test gets a database
// of its own on it. A test that has to kill a server gets one of its own.
//
// GUISE_TEST_POSTGRES and GUISE_TEST_MYSQL name servers to use instead, by URL:
//
//	postgres://user:password@host:port/postgres
//	mysql://user:password@host:port/
//
// Their user must be allowed to create and drop databases. Parameters of the
// URL, such as ?sslmode=require, are the driver's own.
//
// It is a module of its own because tests, the command's and the benchmarks
// need it, and the root has no driver.
package databases
