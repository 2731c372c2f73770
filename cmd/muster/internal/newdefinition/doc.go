// Package newdefinition writes the folder of a new definition from the answers to
// questions. What is not answered is not guessed: it is written into provider.yaml
// as a mistake that has the question in it, and the definition is refused until it is
// answered there.
package newdefinition
