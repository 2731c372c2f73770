package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"muster/pipeline"
	"muster/pipeline/importer"
)

// join makes o the customers of a long book, where the mapping says that
// several rows may be one.
func (o *openBook) join() {
	if o.mapping.Joins() {
		o.customers = o.mapping.Customers(o.Book)
	}
}

// Rows goes through the book's customers.
func (o *openBook) Rows(ctx context.Context, each func(pipeline.Row) error) error {
	if o.customers == nil {
		return o.Book.Rows(ctx, each)
	}
	err := o.customers.Rows(ctx, each)
	var unjoined *pipeline.Mistake
	if errors.As(err, &unjoined) && unjoined.Place.Row > 0 {
		return unjoined.Within(pipeline.Place{File: o.Name(), Sheet: o.Sheet()})
	}
	return err
}

// joined is the sentence about the rows that are one customer; none where each
// row is one.
func (o *openBook) joined() []string {
	group, by := o.mapping.Grouping()
	if len(by) == 0 {
		return nil
	}
	var names []string
	for _, c := range by {
		names = append(names, columnNames([]pipeline.Column{c}))
	}
	return []string{fmt.Sprintf("rows one below the other with the same %s are one customer, each with an entry of %s", strings.Join(names, " and "), group)}
}

// fewer is the number of customers where several rows may be one, else 0.
func (o *openBook) fewer(customers int) int {
	if o.customers == nil {
		return 0
	}
	return customers
}

// spellOwn names a field that each row of a customer has of its own; "" for
// any other.
func (o *openBook) spellOwn(path string) string {
	group, by := o.mapping.Grouping()
	rest, in := strings.CutPrefix(path, group+"[")
	if len(by) == 0 || !in {
		return ""
	}
	number, rest, _ := strings.Cut(rest, "]")
	for _, slot := range o.mapping.Slots() {
		if slot.Path == group+"[0]"+rest && slot.Column != nil {
			if n, err := strconv.Atoi(number); err == nil {
				return fmt.Sprintf("%s (%s %d)", slot.Column.Name, group, n+1)
			}
		}
	}
	return ""
}

// rowsText counts rows, and customers where those are fewer.
func rowsText(rows, customers int) string {
	if rows == customers {
		return count(rows, "row")
	}
	return count(rows, "row") + ", " + count(customers, "customer")
}

// numbered names rows that ascend: row 3; rows 3, 5 and 6; rows 3 to 40 of
// very many.
func numbered(rows []int) string {
	switch n := len(rows); {
	case n == 1:
		return fmt.Sprintf("row %d", rows[0])
	case n > 10:
		return fmt.Sprintf("rows %d to %d", rows[0], rows[n-1])
	}
	var texts []string
	for _, r := range rows[:len(rows)-1] {
		texts = append(texts, strconv.Itoa(r))
	}
	return fmt.Sprintf("rows %s and %d", strings.Join(texts, ", "), rows[len(rows)-1])
}

// toldElsewhere says that a row only repeats what is told of another row of the
// same customer.
func toldElsewhere(res importer.Result) bool {
	return res.Lines > 1 && (res.State == pipeline.Invalid || res.Row != res.Head)
}
