//go:build race

package main

// raceFactor: the race detector keeps several words for each of the program.
const raceFactor = 10
