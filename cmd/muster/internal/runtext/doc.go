// Package runtext is what a person reads of a run: its plan, its questions, what is
// wrong with its rows, and its result.
package runtext
