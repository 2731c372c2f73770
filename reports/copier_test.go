package reports

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"muster/pipeline/sheetxml"
)

// TestCopierCopiesToTheLetter: insertions and omissions, and all else unchanged, whatever the sizes of reads.
func TestCopierCopiesToTheLetter(t *testing.T) {
	const part = "<?xml version=\"1.0\"?>\r\n<a x = '1'><!-- c --><b/>&amp;<c>\r\n<d>1</d></c ><b " +
		"y=\"2\"><![CDATA[<]]></b></a>\n"
	const want = "<?xml version=\"1.0\"?>\r\n<a x = '1'><!-- c --><b>in</b>&amp;<b y=\"2\"><![CDATA[<]]>in</b><e/></a>\n"
	for name, in := range map[string]io.Reader{"whole": strings.NewReader(part),
		"byte by byte": iotest.OneByteReader(strings.NewReader(part))} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			c := newCopier(in, &out)
			if _, err := c.Root(); err != nil {
				t.Fatal(err)
			}
			err := c.Children(func(e *sheetxml.Element) error {
				if e.Name.Local == "c" {
					return c.leaveOut()
				}
				end := c.open(c.tag())
				err := c.Skip()
				c.insert("in" + end)
				return err
			})
			c.insert("<e/>")
			if err = errors.Join(err, c.finish()); err != nil || out.String() != want {
				t.Errorf("%v: %q", err, out.String())
			}
		})
	}
	c := newCopier(strings.NewReader("<a/>"), failingWriter{})
	if err := c.finish(); !errors.Is(err, errFull) {
		t.Errorf("a full disk is %v", err)
	}
}

type failingWriter struct{}

var errFull = errors.New("full")

func (failingWriter) Write([]byte) (int, error) { return 0, errFull }

func TestWithAdditions(t *testing.T) {
	more := func(element, count string) addition {
		return addition{element: element, count: count, text: func(prefix string) string {
			return "<" + prefix +
				"new/>"
		}}
	}
	for _, c := range []struct {
		part      string
		additions []addition
		want      string
	}{
		{`<a><b>1</b></a>`, []addition{more("b", "")}, `<a><b>1<new/></b></a>`},
		{`<a/>`, []addition{more("a", "")}, `<a><new/></a>`},
		{`<x:a xmlns:x="u"><x:b /></x:a>`, []addition{more("b", "")}, `<x:a xmlns:x="u"><x:b ><x:new/></x:b></x:a>`},
		{`<a><c count='1' n="2"><b/></c><b/></a>`, []addition{more("b", "7"), more("c", "2")},
			`<a><c count="2" n="2"><b/><new/></c><b><new/></b></a>`},
		{`<a><!-- <b></b> --><c><b/></c></a>`, []addition{more("b", "")}, ""},
		{`<a><b>`, []addition{more("b", "")}, ""},
	} {
		got, err := withAdditions([]byte(c.part), c.additions...)
		if (err != nil) != (c.want == "") || err == nil && string(got) != c.want {
			t.Errorf("%s becomes %s, %v; want %s", c.part, got, err, c.want)
		}
	}
}

// TestWithShapes: drawings as spreadsheet programs leave them.
func TestWithShapes(t *testing.T) {
	const shape, kind = "<v:shape/>", "<v:shapetype" + drawingNames + shapeTypeRest
	for drawing, want := range map[string]string{
		`<xml><div><br></div></xml>`:                     `<xml><div><br></div>` + kind + shape + `</xml>`,
		`<xml><v:shapetype ` + shapeTypeID + `/></xml >`: `<xml><v:shapetype ` + shapeTypeID + `/>` + shape + `</xml >`,
		`<xml a="1"/>`:  `<xml a="1">` + kind + shape + `</xml>`,
		`<html></html>`: "",
	} {
		got, err := withShapes([]byte(drawing), shape)
		if (err != nil) != (want == "") || string(got) != want {
			t.Errorf("%s becomes %s, %v", drawing, got, err)
		}
	}
	if n := lastShape([]byte(`id="_x0000_s1031" _x0000_s1030 _x0000_t202`)); n != 1031 {
		t.Errorf("the last shape is %d", n)
	}
}
