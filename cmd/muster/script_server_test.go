package main

import (
	"fmt"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"muster/cmd/muster/internal/postgrestest"
)

// onServer is the condition [server]: tests have a PostgreSQL server.
func onServer(condition string) (bool, error) {
	if condition != "server" {
		return false, fmt.Errorf("condition %q", condition)
	}
	_, ok := postgrestest.Shared()
	return ok, nil
}

// cmdServer makes a database and puts its address into a variable: server NAME. The database is dropped when all
// scripts have ended.
func cmdServer(t *testing.T) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		server, ok := postgrestest.Shared()
		if !ok || len(args) != 1 {
			ts.Fatalf("server NAME, where tests may use a server")
		}
		ts.Setenv(args[0], postgrestest.Database(t, server))
	}
}
