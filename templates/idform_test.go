package templates

import (
	"testing"

	"muster/pipeline"
)

// Where the stand-in has a form for the IDs of a pattern, it is found, and what is found fits.
func TestIDFormFor(t *testing.T) {
	for _, c := range []struct {
		pattern, prefix, want string
	}{
		{"[0-9]{5}", "", "{length: 5, digits: true}"},
		{"[0-9]{1,3}", "", "{length: 3, digits: true}"},
		{"[0-9]{6,9}", "", "{length: 6, digits: true}"},
		{"[1-9][0-9]{7}", "", `{prefix: "1", length: 7, digits: true}`},
		{"[0-9a-f]{24}", "", "{length: 24, digits: true}"},
		{`^NM-\d{8}$`, "", "{prefix: NM-, length: 8, digits: true}"},
		{"cus_[0-9A-Za-z]{14}", "", "{prefix: cus_, length: 14}"},
		{"(cus|biz)_[0-9]{8}", "biz_", "{prefix: biz_, length: 8, digits: true}"},
		{"mch-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "", "{prefix: mch-, uuid: true}"},
		{"[a-z]{12}", "", ""},
		{"X", "", ""},
	} {
		form, fits, err := IDFormFor(c.pattern, c.prefix)
		if err != nil || fits != (c.want != "") {
			t.Errorf("%s: %+v, %v, %v", c.pattern, form, fits, err)
			continue
		}
		if !fits {
			continue
		}
		if got := inYAML(&form); got != c.want {
			t.Errorf("%s: %s, want %s", c.pattern, got, c.want)
		}
	}
	if _, fits, err := IDFormFor("("); err == nil || fits {
		t.Error("a pattern that is none")
	}
}

// A form is refused only for an ID that it would give, and that does not fit.
func TestMisfit(t *testing.T) {
	pattern, err := compileWhole("NM-[0-9]{8}")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		form pipeline.IDForm
		want string
	}{
		{pipeline.IDForm{Prefix: "NM-", Length: 8, Digits: true}, ""},
		{pipeline.IDForm{Prefix: "NM-", Length: 8}, "NM-AAAAAAAA"},
		{pipeline.IDForm{Prefix: "NM-", Length: 7, Digits: true}, "NM-0000000"},
		{pipeline.IDForm{Length: 8, Digits: true}, "00000000"},
	} {
		if got := c.form.Misfit(pattern); got != c.want {
			t.Errorf("%+v: %q, want %q", c.form, got, c.want)
		}
	}
	if id := (&pipeline.IDForm{UUID: true}).Misfit(pattern); pattern.MatchString(id) || id == "" {
		t.Errorf("%q", id)
	}
}
