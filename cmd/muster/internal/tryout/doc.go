// Package tryout tries a definition with its provider: one made-up customer goes the
// way of every import, through a ledger, and what the answers say of the definition is
// listed line by line. Requests and answers are shown without secrets and without the
// customer's values.
package tryout
