// Package tryout tries a definition with its provider: it sends one made-up customer as every import does, through a
// ledger, and lists what the answers say about the definition. Requests and answers are shown without secrets and
// without the customer's values.
package tryout
