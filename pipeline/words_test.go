package pipeline_test

import (
	"strconv"
	"testing"

	"muster/pipeline"
)

func TestWords(t *testing.T) {
	many := make([]string, 42)
	for i := range many {
		many[i] = strconv.Itoa(i)
	}
	columns := []pipeline.Column{{Name: "Legal\n name"}, {}, {Name: "NIT"}}
	for _, c := range []struct{ got, want string }{
		{pipeline.Count(1, "row"), "1 row"},
		{pipeline.Count(0, "row"), "0 rows"},
		{pipeline.Count(2, "entry"), "2 entries"},
		{pipeline.List([]string{"a", "b"}), "a, b"},
		{pipeline.List(many)[len(pipeline.List(many[:40])):], " and 2 more"},
		{pipeline.List(pipeline.ColumnNames(columns)), "Legal name, NIT"},
		{pipeline.Counts{pipeline.Rejected: 1, pipeline.Created: 3, pipeline.Known: 0}.String(), "3 created, 1 rejected"},
		{pipeline.Counts{}.String(), ""},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
