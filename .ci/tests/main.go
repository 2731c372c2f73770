// Command tests reads what `go test -json` writes and prints it as go test does without -json: a line a package, and all
// that failed tests wrote. At the end it says how many tests ran on each kind of ledger, by the names of those that passed:
// nothing else shows that a server was there and was used.
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
