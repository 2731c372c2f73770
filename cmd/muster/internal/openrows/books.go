package openrows

import (
	"cmp"
	"context"
	"path/filepath"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/ledger"
)

// Book is a book with rows that need a person.
type Book struct {
	Run  *pipeline.Run // that left them so
	Rows []ledger.OpenRow
	// AtHand: the file is where it was, unchanged since that run read it. Keys are then those of its rows, by number;
	// a secret one is masked.
	AtHand bool
	Keys   map[int]string
}

// Path is the last path of the rows' book; for a sheet Fix that of the book that its rows come from.
func (b *Book) Path() string {
	return cmp.Or(b.Run.Of.Path, b.File())
}

// File is the last path of the file that the run read.
func (b *Book) File() string { return cmp.Or(b.Run.MovedTo, b.Run.Path, b.Run.Book) }

// Filter selects books; an empty filter selects all.
type Filter struct {
	Provider, Env, Account string
	Book                   string // a pattern of [filepath.Match], for the path or the name
}

func (f Filter) picks(b *Book) bool {
	n := b.Run.Namespace
	return (f.Provider == "" || f.Provider == n.Provider) && (f.Env == "" || f.Env == n.Env) &&
		(f.Account == "" || f.Account == n.Account) && (f.Book == "" || Names(f.Book, b.Path()))
}

// Names reports whether a pattern matches a book's path or its name. An invalid pattern matches none.
func Names(pattern, path string) bool {
	whole, errA := filepath.Match(pattern, path)
	name, errB := filepath.Match(pattern, filepath.Base(path))
	return errA == nil && whole || errB == nil && name
}

// Books groups rows by the runs that left them, in their order.
func Books(rows []ledger.OpenRow, f Filter) (books []*Book) {
	byRun := map[string]*Book{}
	for _, r := range rows {
		b := byRun[r.Run.ID]
		if b == nil {
			b = &Book{Run: r.Run}
			byRun[r.Run.ID] = b
			if f.picks(b) {
				books = append(books, b)
			}
		}
		b.Rows = append(b.Rows, r)
	}
	return books
}

// Counts are the rows of books by their states.
func Counts(books []*Book) pipeline.Counts {
	counts := pipeline.Counts{}
	for _, b := range books {
		for _, r := range b.Rows {
			counts[r.Outcome.State]++
		}
	}
	return counts
}

// ToFillIn reports whether a workbook of the book has a sheet to fill in: Fix, or Uncertain.
func (b *Book) ToFillIn() bool {
	for _, r := range b.Rows {
		if s := r.Outcome.State; s.NeedsFix() || s == pipeline.Uncertain || s == pipeline.Existing {
			return true
		}
	}
	return false
}

// Find looks for the book of a provider, and reads the keys of its rows. open opens the book of a run at a path; when
// that fails the book is not at hand, which is no error.
func (b *Book) Find(ctx context.Context, p *pipeline.Provider,
	open func(run pipeline.Run, path string) (*enrol.Book, error)) error {
	if b.File() == "-" {
		return nil
	}
	book, err := open(*b.Run, b.File())
	if err != nil {
		return ctx.Err()
	}
	defer book.Close() // it is only read
	if !book.MappedAs(*b.Run) {
		return nil
	}
	numbers := make([]int, len(b.Rows))
	for i, r := range b.Rows {
		numbers[i] = r.Outcome.Row
	}
	keys, err := book.Keys(ctx, p, numbers)
	if err != nil {
		return ctx.Err() // the file was changed since it was opened
	}
	b.AtHand, b.Keys = true, keys
	return nil
}
