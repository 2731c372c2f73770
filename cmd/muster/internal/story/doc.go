// Package story is the text of `muster show` and `muster runs` about a run, a row and a customer.
package story
