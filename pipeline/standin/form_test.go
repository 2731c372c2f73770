package standin

import (
	"testing"

	"muster/pipeline"
)

// TestFormsAreReadAsTheDefinitionNamesThem: a list in another form than the definition's
// is no body of its.
func TestFormsAreReadAsTheDefinitionNamesThem(t *testing.T) {
	fields := []pipeline.Field{{Path: "name", Kind: "string"}, {Path: "tags[]", Kind: "string"},
		{Path: "limits[]", Kind: "number"}, {Path: "people[].ok", Kind: "boolean"}}
	for _, c := range []struct {
		names pipeline.ListNames
		form  string
		want  string // "" for none
	}{
		{pipeline.ListIndexes, "tags[0]=a&tags[1]=b&limits[0]=1.50", `{"limits":[1.50],"tags":["a","b"]}`},
		{pipeline.ListIndexes, "tags[]=a", ""},
		{pipeline.ListIndexes, "tags=a&tags=b", ""},
		{pipeline.ListBrackets, "tags[]=a&tags[]=b&name=x", `{"name":"x","tags":["a","b"]}`},
		{pipeline.ListBrackets, "tags%5B%5D=a&people%5B0%5D%5Bok%5D=true", `{"people":[{"ok":true}],"tags":["a"]}`},
		{pipeline.ListBrackets, "tags[0]=a", ""},
		{pipeline.ListRepeated, "tags=a&tags=b&name=1", `{"name":"1","tags":["a","b"]}`},
		{pipeline.ListRepeated, "tags[0]=a", ""},
		{pipeline.ListRepeated, "name=a&name=b", ""},
	} {
		got, ok := fromForm([]byte(c.form), &pipeline.Provider{Fields: fields, ListNames: c.names})
		if ok != (c.want != "") || ok && string(got) != c.want+"\n" {
			t.Errorf("%s of %q is %s (%v), want %s", c.form, c.names, got, ok, c.want)
		}
	}
}
