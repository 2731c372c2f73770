// Package pipeline is muster's domain: the words that every other package
// shares, and nothing that does anything to the outside world.
//
// A book is read row by row ([Row]); a row is mapped to fields and checked
// against the provider's schema ([Draft], [Problem]); what passes is sent once
// ([Intent], [Answer]) and every row ends in exactly one [State] ([Outcome]).
// What a provider is, is data: [Provider], compiled from a definition.
//
// The package imports the standard library and x/text/unicode/norm. The packages
// around it (those in folders below, and templates and reports next to it) import
// it and never one another, but for the few that are there for that; cmd/muster
// wires them.
// README.md in this folder has the words, the promises and the shape; a test in
// cmd/muster holds the directions.
package pipeline
