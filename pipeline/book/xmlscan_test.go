package book

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

func partOf(text string, read func(io.Reader) io.Reader) *part {
	return &part{ctx: context.Background(), name: "part.xml", from: io.NopCloser(read(strings.NewReader(text))), packed: 1 << 40, limits: defaultLimits}
}

func whole(r io.Reader) io.Reader { return r }

// scanned are the tokens of a text, texts beside one another joined; ok is
// false where it is not taken.
func scanned(text string, read func(io.Reader) io.Reader) (got []string, ok bool) {
	s := newXMLScanner(partOf(text, read))
	var chars strings.Builder
	flush := func() {
		if chars.Len() > 0 {
			got = append(got, fmt.Sprintf("%q", chars.String()))
			chars.Reset()
		}
	}
	for {
		token, err := s.next()
		if errors.Is(err, io.EOF) {
			flush()
			return got, true
		}
		if err != nil {
			return nil, false
		}
		switch token {
		case xmlStart:
			flush()
			one := fmt.Sprintf("<%q %q", s.start.Name.Space, s.start.Name.Local)
			for _, a := range s.start.Attr {
				one += fmt.Sprintf(" %q %q=%q", a.Name.Space, a.Name.Local, a.Value)
			}
			got = append(got, one)
		case xmlEnd:
			flush()
			got = append(got, ">")
		case xmlText:
			chars.Write(s.text)
		case xmlDirective:
			return nil, false
		}
	}
}

// decoded are the same by encoding/xml.
func decodedXML(text string) (got []string, ok bool) {
	dec := xml.NewDecoder(strings.NewReader(text))
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
	`<a/>`, `<a b="1" c='2'>x &amp; &#233;&#xE9; &lt;</a>`, `<?xml version="1.0" encoding="UTF-8"?><!-- a --><r xmlns="u" xmlns:p="v"><p:a p:b="1" b="2"/><c xmlns="">t</c></r>`,
	"<a>\r\nb\rc\n</a>", `<a><![CDATA[<b>&amp;]]]></a>`, `<a b="x&#10;y &quot;"/>`, `<a xml:space="preserve"> é ñ 😀 </a>`, `<x:a xmlns:x="u"><x:b></x:b></x:a >`, "\ufeff<a/>",
	`<a></b>`, `<a>`, `</a>`, `<a`, `<a b></a>`, `<a b=1/>`, `<a b="<"/>`, `<a>]]></a>`, `<a>&nope;</a>`, `<a>&#0;</a>`, "<a>\x01</a>", "<a>\xff</a>", "<a>\uffff</a>", `<a><!-- -- --></a>`, `<!DOCTYPE a><a/>`,
	`<?xml version="1.1"?><a/>`, `<?xml version="1.0" encoding="latin1"?><a/>`, `<a:b:c/>`, `<:a/>`, `<a:/>`, `<a><?pi x?>b</a>`, `<a/><b/>`, `<a>&</a>`, `<a b="1"c="2"/>`, `<a b="1" b="2"/>`, `<a>&#xD800;</a>`, `<1/>`, `< a/>`, `<!`, `<![CDATA[`, `<a><!--`, `<?`, ``,
}

// What the scanner takes, encoding/xml takes for the same, however the bytes
// come in; and of a workbook's XML it takes all.
func TestXMLScannerAgrees(t *testing.T) {
	taken := 0
	for _, text := range xmlTexts {
		taken += agreeOnXML(t, text)
	}
	if taken < 12 {
		t.Errorf("only %d are taken", taken)
	}
	long := `<a>` + strings.Repeat(`<b c="`+strings.Repeat("é", 1000)+`">`+strings.Repeat("x", 70_000)+`</b>`, 5) + `</a>`
	if agreeOnXML(t, long) != 1 {
		t.Error("a long one is not taken")
	}
	for _, parts := range []map[string]string{writtenAsExcel(), writtenAsPOI(), writtenAsSheets()} {
		for name, text := range parts {
			if agreeOnXML(t, text) != 1 {
				t.Errorf("%s is not taken", name)
			}
		}
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
	pieces := []string{"<a>", "</a>", "<a/>", "<p:b q='1'>", "</p:b>", `<c xmlns="u" xmlns:p="v" p:x="&lt;">`, "</c>", "text", " ", "\r\n", "&amp;", "&#65;", "]]>", "]]", ">", "<![CDATA[", "é", "<!-- c -->", "<?x y?>", "&", "<", "\"", "'", "=", "\x00"}
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
