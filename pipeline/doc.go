// Package pipeline is muster's domain: the types that every other package shares. It has no effect on the outside
// world.
//
// A book is read row by row ([Row]); a row is mapped to fields and checked against the provider's schema ([Draft],
// [Problem]); a valid row is sent once ([Intent], [Answer]) and every row ends in exactly one [State] ([Outcome]). A
// provider is data: [Provider], compiled from a definition.
//
// The package imports the standard library and x/text/unicode/norm. The packages around it (those in folders below,
// and templates and reports next to it) import it and not one another, except for a few leaves; cmd/muster wires
// them. README.md in this folder has the words, the promises and the shape; a test in cmd/muster enforces the
// imports.
package pipeline
