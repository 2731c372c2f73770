// Package newdefinition writes the folder of a new definition from the answers to questions. It does not guess: a
// missing answer is written into provider.yaml as a mistake with the question in it, and the definition is refused
// until it is answered there.
package newdefinition
