// Command tests reads the output of `go test -json` and prints it as go test does without -json: one line for each
// package, and the output of failed tests. At the end it prints how many tests passed on each kind of ledger, which shows
// whether a server was used.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
)

// event is a line of go test -json (go doc test2json).
type event struct{ Action, Package, Test, Output string }

// onStore is in the name of a test that runs once on each kind of ledger.
var onStore = regexp.MustCompile(`/(sqlite|postgres)(/|$)`)

func main() {
	if err := show(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "tests:", err)
		os.Exit(1)
	}
}

func show(r io.Reader, w io.Writer) error {
	said := map[[2]string][]string{} // by package and test, until it has passed
	stores := map[string]int{}
	for dec := json.NewDecoder(r); ; {
		var e event
		if err := dec.Decode(&e); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
		of := [2]string{e.Package, e.Test}
		switch {
		case e.Action == "build-output", e.Action == "output" && e.Test == "" && e.Output != "PASS\n":
			fmt.Fprint(w, e.Output)
		case e.Action == "output" && e.Test != "":
			said[of] = append(said[of], e.Output)
		case e.Action == "fail":
			fmt.Fprint(w, strings.Join(said[of], ""))
			delete(said, of)
		case e.Action == "pass", e.Action == "skip":
			delete(said, of)
			if m := onStore.FindStringSubmatch(e.Test); m != nil && e.Action == "pass" && m[2] == "" {
				stores[m[1]]++
			}
		}
	}
	fmt.Fprintf(w, "\ntests that ran on each ledger: SQLite %d, PostgreSQL %d\n", stores["sqlite"], stores["postgres"])
	return nil
}
