// Package standin is a built-in stand-in for any provider: an http.Handler that behaves exactly as the definition
// ([pipeline.Provider]) says. Rehearsals (the environment local), the command standin and the program's tests use it.
//
// It behaves like the real providers: it answers 401 without a good token, returns the schema's problems or creates a
// customer, and never creates two customers with one key, however many requests arrive at once. It returns what it
// was sent, without secrets, and finds it by every look-up in the definition. On demand it misbehaves ([Fault]), at
// the level of the connection, as networks and gateways do.
//
// It does not imitate rate limits (use a throttle fault), fixed headers and fixed query parts of a create, what a
// provider checks beyond its schema and keys, or any change after the create. Customers live in memory and end with
// the process.
//
// Paths below /_standin/ are muster's own, need no token, and are neither counted nor subject to faults:
//
//	GET /_standin/customers                        every customer, as [Server.Dump] writes them
//	GET /_standin/customers?key=nit&value=900123   the one with that key, 404 when there is none
//	GET /_standin/counts                           [Counts], one JSON object
package standin
