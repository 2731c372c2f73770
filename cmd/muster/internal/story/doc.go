// Package story is what `muster show` says to people of a run, a row and a customer.
package story
