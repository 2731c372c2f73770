// Package mapsheet makes a mapping of a book for a person to look over: from the
// book's first rows to the files, and what there is to say of them.
package mapsheet
