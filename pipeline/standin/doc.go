// Package standin is the built-in stand-in of any provider: an http.Handler
// that behaves as the definition ([pipeline.Provider]) says, and as nothing
// else says. Rehearsals (the environment local), the command standin and the
// program's tests talk to it.
//
// It promises what the real ones do: a token or 401, the schema's problems or
// a customer, and never two customers with one key, however many requests ask
// at once. It gives back what it was sent, secrets left out, and finds it
// again by every look-up that the definition has. On demand it misbehaves
// ([Fault]), at the socket, as networks and gateways do.
//
// What it does not know: limits of rate (ask for a throttle fault), fixed
// headers and fixed query parts of a create, what a provider checks beyond its
// schema and keys, and how anything changes after the create. Customers live
// in memory and end with the process.
//
// Paths below /_standin/ are muster's own, need no token, and are neither
// counted nor subject to faults:
//
//	GET /_standin/customers                        every customer, as [Server.Dump] writes them
//	GET /_standin/customers?key=nit&value=900123   the one with that key, 404 when there is none
//	GET /_standin/counts                           [Counts], one JSON object
package standin
