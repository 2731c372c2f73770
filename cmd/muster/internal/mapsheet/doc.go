// Package mapsheet makes a mapping of a book for a person to check: from the book's first rows to the files, and a
// text about them.
package mapsheet
