// Package runtext is what a person reads about a run: its plan, its questions, the problems of its rows, and its
// result.
package runtext
