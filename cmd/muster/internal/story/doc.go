// Package story is what `muster show` and `muster runs` say to people of a run, a row
// and a customer.
package story
