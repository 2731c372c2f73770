package enrol

import (
	"cmp"
	"context"
	"hash/maphash"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"muster/pipeline"
	"muster/pipeline/book"
	"muster/reports"
)

// Corrected is a book that is rewritten with the cells of a sheet Fix.
type Corrected struct {
	Book string // path that was read
	// Rows and Cells count the changes; Left counts cells of the sheet Fix that still cannot be read, and were left
	// unchanged.
	Rows, Cells, Left int
}

// Correct calls write with the book of a run and the cells of its sheet Fix to put in, reads the result at path
// again, and checks that it differs from the book only in these cells. fix is the opened sheet; s says how to read
// the book, its Path where the book is now, "" for the run's path. A book that is not the run's is refused.
func Correct(ctx context.Context, fix *Book, s Source, path string,
	write func(func(io.Writer) error) error) (c Corrected, err error) {
	origin := fix.Origin()
	if origin == nil {
		return c, pipeline.Wrong("enrol.correct_from_no_fix", "file", fix.Name()).Try("enrol.correct_from")
	}
	c.Book = cmp.Or(s.Path, origin.Book.Path)
	options := book.Options{Sheet: origin.Book.Sheet, Reading: s.Reading, Password: s.Password,
		Wanted: []book.Wanted{wantedHeader(origin.Book.Header)}}
	b, err := book.Open(c.Book, options)
	if err != nil {
		return c, pipeline.Wrong("enrol.correct_needs_book", "run", origin.Run, "cause", err).
			Try("enrol.correct_where")
	}
	defer b.Close() // it is only read
	switch {
	case b.SHA256() != origin.Book.SHA256:
		return c, pipeline.Wrong("enrol.not_that_book", "book", c.Book, "run", origin.Run, "sha256",
			origin.Book.SHA256).Try("enrol.find_copy")
	case !slices.Equal(headerNames(b), origin.Book.Header):
		return c, pipeline.Wrong("enrol.correct_other_header", "book", c.Book).Try("enrol.correct_reading")
	case b.Protected():
		return c, pipeline.Wrong("enrol.correct_protected", "book", c.Book).Try("enrol.correct_in_book")
	case !strings.EqualFold(filepath.Ext(path), filepath.Ext(c.Book)):
		return c, pipeline.Wrong("enrol.correct_ending", "file", path, "ending", filepath.Ext(c.Book))
	}
	for _, other := range []string{c.Book, fix.Name()} {
		if SameFile(path, other) {
			return c, pipeline.Wrong("enrol.report_over", "path", path, "file", other).Try("enrol.name_another")
		}
	}
	changes, err := c.changes(ctx, fix, b)
	if err != nil {
		return c, err
	}
	err = write(func(to io.Writer) error {
		if b.Part() == "" {
			return b.Correct(ctx, to, changes)
		}
		file, size := b.File()
		return reports.Correct(to, filepath.Dir(path), reports.Original{File: file, Size: size, Name: b.Name(),
			Part: b.Part(), Columns: len(b.Header())}, changes)
	})
	if err != nil {
		return c, err
	}
	return c, sameBut(ctx, b, path, options, changes)
}

// wantedHeader is the table whose header has these names.
func wantedHeader(names []string) book.Wanted {
	return book.Wanted{Names: len(names), Fits: func(header []pipeline.Column) (fits int) {
		for i, c := range header {
			if i < len(names) && c.Name == names[i] {
				fits++
			}
		}
		return fits
	}}
}

func headerNames(b *book.Book) (names []string) {
	for _, c := range b.Header() {
		names = append(names, c.Name)
	}
	return names
}

// changes are the cells of the sheet Fix that differ from the book's, by row number and column position.
func (c *Corrected) changes(ctx context.Context, fix *Book, b *book.Book) (map[int]map[int]string, error) {
	changes := map[int]map[int]string{}
	err := fix.Book.Rows(ctx, func(row pipeline.Row) error {
		texts := map[int]string{}
		for i, cell := range row.Cells {
			texts[i] = strings.Clone(cell)
		}
		for _, p := range row.Problems {
			if p.Column != nil {
				delete(texts, p.Column.Index)
				c.Left++
			}
		}
		changes[row.Number] = texts
		return nil
	})
	if err != nil {
		return nil, err
	}
	found := 0
	err = b.Rows(ctx, func(row pipeline.Row) error {
		texts := changes[row.Number]
		if texts == nil {
			return nil
		}
		found++
		unread := func(column int) bool {
			return slices.ContainsFunc(row.Problems, func(p pipeline.Problem) bool {
				return p.Column != nil && p.Column.Index == column
			})
		}
		for i, cell := range row.Cells {
			own := i < len(b.Header()) && pipeline.IsOriginColumn(b.Header()[i].Name)
			if own || texts[i] == cell && !unread(i) {
				delete(texts, i)
			}
		}
		if len(texts) == 0 {
			delete(changes, row.Number)
			return nil
		}
		c.Rows++
		c.Cells += len(texts)
		return nil
	})
	if err == nil && found != fix.FixRows() {
		err = pipeline.Wrong("enrol.correct_unsound", "book", b.Name()).Try("enrol.correct_in_book")
	}
	return changes, err
}

// sameBut reads a corrected book and compares it with the original.
func sameBut(ctx context.Context, b *book.Book, path string, o book.Options, changes map[int]map[int]string) error {
	unsound := pipeline.Wrong("enrol.correct_unsound", "book", b.Name()).Try("enrol.correct_in_book")
	if o.Encoding == "" {
		o.Encoding = b.Encoding()
	}
	if o.HeaderRow == 0 {
		o.HeaderRow = b.HeaderRow()
	}
	copied, err := book.Open(path, o)
	if err != nil {
		return unsound
	}
	defer copied.Close() // it is only read
	seed := maphash.MakeSeed()
	var got []uint64 // eight bytes a row
	err = copied.Rows(ctx, func(row pipeline.Row) error {
		got = append(got, hashRow(seed, row.Number, row.Cells))
		return nil
	})
	if err != nil {
		return unsound
	}
	rows := 0
	err = b.Rows(ctx, func(row pipeline.Row) error {
		cells := slices.Clone(row.Cells)
		for column, text := range changes[row.Number] {
			if column < len(cells) {
				cells[column] = text
			}
		}
		if rows >= len(got) || got[rows] != hashRow(seed, row.Number, cells) {
			return unsound
		}
		rows++
		return nil
	})
	if err == nil && rows != len(got) {
		return unsound
	}
	return err
}

func hashRow(seed maphash.Seed, number int, cells []string) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	maphash.WriteComparable(&h, number)
	for _, c := range cells {
		h.WriteString(c)
		h.WriteByte(0)
	}
	return h.Sum64()
}
