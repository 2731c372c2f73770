package sheetxml

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func whole(r io.Reader) io.Reader { return r }

// scanned returns the tokens of a document, with adjacent texts joined; ok is false if the scanner refuses it.
func scanned(text string, read func(io.Reader) io.Reader) (got []string, ok bool) {
	s := NewScanner(read(strings.NewReader(text)), Options{})
	var chars strings.Builder
	last := int64(0)
	flush := func() {
		if chars.Len() > 0 {
			got = append(got, fmt.Sprintf("%q", chars.String()))
			chars.Reset()
		}
	}
	for {
		token, err := s.token()
		from, to := s.Place()
		if errors.Is(err, io.EOF) {
			flush()
			return got, true
		}
		if err != nil || token == directive {
			return nil, false
		}
		// Between two tokens there may be something that is no token, such as a comment.
		if between := text[last:from]; between != "" && !strings.HasPrefix(between, "<?") &&
			!strings.HasPrefix(between, "<!--") {
			got = append(got, "skipped "+between)
		}
		last = to
		switch token {
		case StartTag:
			flush()
			one := fmt.Sprintf("<%q %q", s.start.Name.Space, s.start.Name.Local)
			for _, a := range s.start.Attr {
				one += fmt.Sprintf(" %q %q=%q", a.Name.Space, a.Name.Local, a.Value)
			}
			got = append(got, one)
			if tag := text[from:to]; tag[0] != '<' || s.ClosesItself() != strings.HasSuffix(tag, "/>") {
				got = append(got, "at its place is "+tag)
			}
		case EndTag:
			flush()
			got = append(got, ">")
		case Characters:
			chars.Write(s.text)
		}
	}
}

// decoded are the same by encoding/xml.
func decodedXML(text string) (got []string, ok bool) {
	dec := xml.NewDecoder(strings.NewReader(text))
	dec.CharsetReader = func(label string, text io.Reader) (io.Reader, error) {
		if !slices.Contains(readable, strings.ToLower(label)) {
			return nil, errors.New("another encoding")
		}
		return text, nil
	}
	var chars strings.Builder
	flush := func() {
		if chars.Len() > 0 {
			got = append(got, fmt.Sprintf("%q", chars.String()))
			chars.Reset()
		}
	}
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			flush()
			return got, true
		}
		if err != nil {
			return nil, false
		}
		switch token := token.(type) {
		case xml.StartElement:
			flush()
			one := fmt.Sprintf("<%q %q", token.Name.Space, token.Name.Local)
			for _, a := range token.Attr {
				if a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns" {
					continue
				}
				one += fmt.Sprintf(" %q %q=%q", a.Name.Space, a.Name.Local, a.Value)
			}
			got = append(got, one)
		case xml.EndElement:
			flush()
			got = append(got, ">")
		case xml.CharData:
			chars.Write(token)
		case xml.Directive:
			return nil, false
		}
	}
}

var xmlTexts = []string{
	`<a/>`, `<a b="1" c='2'>x &amp; &#233;&#xE9; &lt;</a>`,
	`<?xml version="1.0" encoding="UTF-8"?><!-- a --><r xmlns="u" xmlns:p="v"><p:a p:b="1" b="2"/><c xmlns="">t</c></r>`,
	"<a>\r\nb\rc\n</a>", `<a><![CDATA[<b>&amp;]]]></a>`, `<a b="x&#10;y &quot;"/>`,
	`<a xml:space="preserve"> é ñ 😀 </a>`,
	`<x:a xmlns:x="u"><x:b></x:b></x:a >`, "\ufeff<a/>",
	`<a></b>`, `<a>`, `</a>`, `<a`, `<a b></a>`, `<a b=1/>`, `<a b="<"/>`, `<a>]]></a>`, `<a>&nope;</a>`, `<a>&#0;</a>`,
	"<a>\x01</a>", "<a>\xff</a>", "<a>\uffff</a>", `<a><!-- -- --></a>`, `<!DOCTYPE a><a/>`,
	`<?xml version="1.1"?><a/>`, `<?xml version="1.0" encoding="latin1"?><a/>`, `<a:b:c/>`, `<:a/>`, `<a:/>`,
	`<a><?pi x?>b</a>`, `<a/><b/>`, `<a>&</a>`, `<a b="1"c="2"/>`, `<a b="1" b="2"/>`, `<a>&#xD800;</a>`, `<1/>`,
	`< a/>`, `<?xml encoding="UTF8"?><a/>`,
	// Tags and texts of which the second is read the quick way.
	`<a><b c="1"/><b c="2"/><b c='3'/><b  c="4"/><b c = "5"/><b c="6" /></a>`,
	`<a><b c="1"/><b c="&lt;"/><b c="]"/><b c="é"/><b d="8"/></a>`,
	`<a><b>1</b><b>é</b><b>]</b><b>&amp;</b><b></b><b/><b >2</b ><b>` + "\r\n\t" + `</b></a>`,
	`<a xmlns="u"><b c="1"/><b xmlns="v" c="1"><b c="2"/></b><b c="3"/><p:b xmlns:p="w"/><b/></a>`,
	`<a><b c="1"/><b c="2"c="3"/></a>`, `<a><b/><b/ ></a>`,
	`<a><b c="1"/><b c="2/></a>`, `<a><b></b><b></c></a>`, "<a><b/><b c=\"\n\"/><b c=\"\x01\"/></a>",
	"<a><b>x</b><b>\uffff</b></a>",
	`<!`, `<![CDATA[`, `<a><!--`, `<?`, ``,
}

// Whatever the scanner accepts, encoding/xml reads as the same, however the bytes arrive; and the scanner accepts all
// XML of a workbook.
func TestXMLScannerAgrees(t *testing.T) {
	taken := 0
	for _, text := range xmlTexts {
		taken += agreeOnXML(t, text)
	}
	if taken < 12 {
		t.Errorf("only %d are taken", taken)
	}
	long := `<a>` + strings.Repeat(`<b c="`+strings.Repeat("é", 1000)+`">`+strings.Repeat("x", 70_000)+`</b>`, 5) +
		`</a>`
	if agreeOnXML(t, long) != 1 {
		t.Error("a long one is not taken")
	}
	books, err := filepath.Glob("../book/testdata/writers/*.xlsx")
	if err != nil || len(books) < 8 {
		t.Fatalf("%d books, %v", len(books), err)
	}
	for _, book := range books {
		z, err := zip.OpenReader(book)
		if err != nil {
			t.Fatal(err)
		}
		defer z.Close()
		for _, f := range z.File {
			if ext := path.Ext(f.Name); ext != ".xml" && ext != ".rels" {
				continue
			}
			text, err := fs.ReadFile(z, f.Name)
			if err != nil {
				t.Fatal(err)
			}
			if agreeOnXML(t, string(text)) != 1 {
				t.Errorf("%s of %s is not taken", f.Name, book)
			}
		}
	}
}

// Documents that a part of a workbook may not be, and the error that the caller makes of each.
func TestScannerRefuses(t *testing.T) {
	disk := errors.New("the disk")
	for name, c := range map[string]struct {
		part io.Reader
		want error
	}{
		"nothing":       {strings.NewReader(""), io.ErrUnexpectedEOF},
		"text alone":    {strings.NewReader("text"), io.ErrUnexpectedEOF},
		"cut short":     {strings.NewReader("<a><b>"), io.ErrUnexpectedEOF},
		"two documents": {strings.NewReader("<a/><b/>"), ErrMalformed},
		"too deep":      {strings.NewReader("<a><b><c><d/></c></b></a>"), ErrMalformed},
		"a directive":   {strings.NewReader("<!DOCTYPE a><a/>"), ErrDirective},
		"unreadable":    {iotest.ErrReader(disk), disk},
	} {
		t.Run(name, func(t *testing.T) {
			refusals := 0
			s := NewScanner(c.part, Options{Depth: 3, Refuse: func(err error) error {
				refusals++
				return fmt.Errorf("part.xml: %w", err)
			}})
			err := s.Finish()
			if !errors.Is(err, c.want) || !strings.HasPrefix(fmt.Sprint(err), "part.xml: ") || refusals != 1 {
				t.Errorf("%v, worded %d times", err, refusals)
			}
		})
	}
}

// TestScannerWalks: the elements of a document, and the position of each.
func TestScannerWalks(t *testing.T) {
	const text = `<?xml version="1.0"?><a><!-- no --><b n="1"/>x<c>y<d/></c><b n="2">one<![CDATA[ text]]></b></a>`
	s := NewScanner(strings.NewReader(text), Options{})
	root, err := s.Root()
	if err != nil || root.Name.Local != "a" {
		t.Fatal(root, err)
	}
	var got []string
	err = s.Children(func(e *Element) error {
		from, to := s.Place()
		got = append(got, text[from:to]+" is in "+strconv.Itoa(s.Depth()))
		if e.Name.Local != "b" {
			return s.Skip()
		}
		inside, err := s.AppendText(nil)
		got = append(got, string(inside))
		return err
	})
	if err == nil {
		err = s.Finish()
	}
	want := []string{`<b n="1"/> is in 2`, "", `<c> is in 2`, `<b n="2"> is in 2`, "one text"}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Error(d, err)
	}
}

// TestRelationships: targets as seen from the part, and from the package.
func TestRelationships(t *testing.T) {
	text := `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="a" Type="` + Relation + `/comments" Target="../comments1.xml"/>` +
		`<Relationship Id="b" Type="` + RelationStrict + `/vmlDrawing" Target="/xl/./drawings/d.vml"/>` +
		`<Relationship Id="c" Type="urn:other" Target="https://example.com" TargetMode="External"/></Relationships>`
	got, err := ReadRelationships(NewScanner(strings.NewReader(text), Options{}), "xl/worksheets/sheet1.xml")
	want := []Relationship{{"a", "comments", "xl/comments1.xml", false},
		{"b", "vmlDrawing", "xl/drawings/d.vml", false}, {"c", "", "xl/worksheets/https:/example.com", true}}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Error(d, err)
	}
	if name := RelationsOf("xl/worksheets/sheet1.xml"); name != "xl/worksheets/_rels/sheet1.xml.rels" {
		t.Error(name)
	}
}

func agreeOnXML(t interface{ Errorf(string, ...any) }, text string) int {
	got, ok := scanned(text, whole)
	byOne, okByOne := scanned(text, iotest.OneByteReader)
	if ok != okByOne || strings.Join(got, "\n") != strings.Join(byOne, "\n") {
		t.Errorf("%.200q: byte by byte it is another", text)
	}
	if !ok {
		return 0
	}
	want, legal := decodedXML(text)
	if !legal || strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%.200q is taken for\n%.400q\nand encoding/xml has (%v)\n%.400q", text, got, legal, want)
	}
	return 1
}

// Documents of the elements, references and marks that XML has, whole and
// broken in places.
func TestXMLScannerAgreesOnAny(t *testing.T) {
	pieces := []string{"<a>", "<b c=\"1\" d='2'>", `<b c="3">`, `<b d="é" c=">">`, "</b>", "<b/>", "</a>", "<a/>",
		"<p:b q='1'>", "</p:b>", `<c xmlns="u" xmlns:p="v" p:x="&lt;">`, "</c>",
		"text", " ", "\r\n", "&amp;", "&#65;", "]]>", "]]", ">", "<![CDATA[", "é", "<!-- c -->", "<?x y?>", "&", "<",
		"\"", "'", "=", "\x00"}
	rapid.Check(t, func(t *rapid.T) {
		agreeOnXML(t, strings.Join(rapid.SliceOf(rapid.SampledFrom(pieces)).Draw(t, "pieces"), ""))
	})
}

func FuzzXMLScanner(f *testing.F) {
	for _, text := range xmlTexts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { agreeOnXML(t, text) })
}
