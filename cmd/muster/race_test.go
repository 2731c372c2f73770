//go:build race

package main

// raceFactor: the race detector keeps several shadow words for each word of the program.
const raceFactor = 10
