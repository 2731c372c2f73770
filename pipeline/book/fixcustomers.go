package book

import (
	"slices"

	"muster/pipeline"
)

// wholeCustomers counts the rows of the sheet Fix that belong to customers of several rows. If some rows of a
// customer were deleted, it would be enrolled without their data, such as an owner; only the book itself can be
// changed in that way.
type wholeCustomers struct {
	customers []pipeline.RowsOfOne // ascending
	there     []int                // rows in the sheet, of each
}

func newWholeCustomers(o *pipeline.Origin) *wholeCustomers {
	return &wholeCustomers{customers: o.Customers, there: make([]int, len(o.Customers))}
}

// see counts a row of the sheet, by its number in the book.
func (w *wholeCustomers) see(number int) {
	i, _ := slices.BinarySearchFunc(w.customers, number, func(c pipeline.RowsOfOne, n int) int { return c.Last - n })
	if i < len(w.customers) && w.customers[i].First <= number {
		w.there[i]++
	}
}

// lacking is the first customer with some rows in the sheet and not all; n is how many are missing.
func (w *wholeCustomers) lacking() (c pipeline.RowsOfOne, n int, found bool) {
	for i, c := range w.customers {
		if w.there[i] > 0 && w.there[i] < c.Rows {
			return c, c.Rows - w.there[i], true
		}
	}
	return pipeline.RowsOfOne{}, 0, false
}

// wholeOnly refuses a sheet with only some of a customer's rows.
func (b *Book) wholeOnly(w *wholeCustomers) error {
	c, n, found := w.lacking()
	if !found {
		return nil
	}
	return pipeline.Wrong("book.customer_in_part", "first", c.First, "last", c.Last, "book", b.fix.origin.Book.Path,
		"count", n).
		Try("book.keep_customers_whole", "book", b.fix.origin.Book.Path).At(b.place(0, ""))
}
