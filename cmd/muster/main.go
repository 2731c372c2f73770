// Muster takes a merchant book, enrols every merchant in it with a payment provider, once each, and returns a
// workbook that says what became of every row. This package is the program: its commands, exit codes, and the wiring
// of the packages that do the work.
package main

import "os"

func main() {
	os.Exit(newProgram().run(os.Args[1:]))
}
