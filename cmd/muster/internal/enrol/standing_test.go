package enrol

import (
	"testing"

	"muster/pipeline"
)

// The last run of a book is the last with its content, else at its path, else of its name; runs of sheets Fix, and
// those that left the book to the next one, do not count.
func TestLastRunOf(t *testing.T) {
	run := func(id, book, digest string) pipeline.Run {
		return pipeline.Run{ID: id, Book: book, Path: "/books/" + book, SHA256: digest}
	}
	fix := run("fix", "b.csv", "d1")
	fix.Of.SHA256 = "d1"
	postponed := run("postponed", "b.csv", "d1")
	postponed.Halt = pipeline.Say(haltPostponed)
	runs := []pipeline.Run{run("content", "old/b.csv", "d1"), run("place", "b.csv", "d2"), run("name", "in/c.csv", "d3"),
		run("latest", "b.csv", "d4"), fix, postponed}
	for _, c := range []struct{ path, digest, want string }{
		{"x.csv", "d1", "content"},
		{"b.csv", "d9", "latest"},
		{"/books/b.csv", "d9", "latest"},
		{"c.csv", "d9", "name"},
		{"x.csv", "d9", ""},
	} {
		got, found := LastRunOf(runs, c.path, c.digest)
		if got.ID != c.want || found != (c.want != "") {
			t.Errorf("%s with %s: %q, %t; want %q", c.path, c.digest, got.ID, found, c.want)
		}
	}
}

// The row that a sheet Fix replaces is found by the first row of a customer; a customer of several rows is recognised
// by all of them.
func TestBrokenCells(t *testing.T) {
	digest := func(b byte) pipeline.CellsDigest { return pipeline.CellsDigest{b} }
	o := &pipeline.Origin{Customers: []pipeline.RowsOfOne{{First: 5, Last: 7, Rows: 2}},
		Broken: []pipeline.BrokenCells{{Row: 3, Cells: digest(3)}, {Row: 5, Cells: digest(5)}, {Row: 7, Cells: digest(7)},
			{Row: 9, Cells: digest(9)}}}
	together := ofLines([]pipeline.CellsDigest{digest(5), digest(7)})
	if together == ofLines([]pipeline.CellsDigest{digest(7), digest(5)}) || together == digest(5) {
		t.Error("the lines of a customer do not count in their order")
	}
	for row, want := range map[int]pipeline.CellsDigest{3: digest(3), 5: together, 9: digest(9)} {
		if got, there := brokenCells(o, row); !there || got != want {
			t.Errorf("row %d: %x, %t; want %x", row, got, there, want)
		}
	}
	if _, there := brokenCells(o, 4); there {
		t.Error("a row that the sheet does not have is there")
	}
}

// The digest of cells depends on the names of their columns, and not on their order.
func TestCellsDigest(t *testing.T) {
	columns := func(names ...string) (d cellsDigester) {
		for i, name := range names {
			d.columns = append(d.columns, pipeline.Column{Index: i, Name: name})
		}
		return d
	}
	straight := columns("a", "b")
	turned := cellsDigester{columns: []pipeline.Column{{Index: 1, Name: "a"}, {Index: 0, Name: "b"}}}
	one := straight.line([]string{"x", "y"})
	if one != turned.line([]string{"y", "x"}) {
		t.Error("the order of the columns counts")
	}
	other := columns("a", "c")
	for name, digest := range map[string]pipeline.CellsDigest{"another cell": straight.line([]string{"x", "z"}),
		"cells cut otherwise": straight.line([]string{"xy", ""}), "another column": other.line([]string{"x", "y"})} {
		if digest == one {
			t.Errorf("%s is the same row", name)
		}
	}
}
