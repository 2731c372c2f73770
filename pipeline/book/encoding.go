package book

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"muster/pipeline"
)

// encoding is how the bytes of a CSV spell its text.
type encoding int

const (
	encodingUTF8 encoding = iota
	encodingUTF16Little
	encodingUTF16Big
	encodingWindows1252
	encodingMacintosh
	encodingCP850
	encodingCP437
	encodingISO8859_15
)

// Encodings are the names by which [Options] knows the encodings of a CSV.
func Encodings() []string {
	var names []string
	for _, e := range []encoding{encodingUTF8, encodingUTF16Little, encodingWindows1252, encodingMacintosh,
		encodingCP850, encodingCP437, encodingISO8859_15} {
		names = append(names, e.name())
	}
	return names
}

// name is how Options spells it.
func (e encoding) name() string {
	switch e {
	case encodingUTF16Little, encodingUTF16Big:
		return "utf-16"
	case encodingWindows1252:
		return "windows-1252"
	case encodingMacintosh:
		return "macintosh"
	case encodingCP850:
		return "cp850"
	case encodingCP437:
		return "cp437"
	case encodingISO8859_15:
		return "iso-8859-15"
	}
	return "utf-8"
}

// title is how people call it.
func (e encoding) title() string {
	switch e {
	case encodingWindows1252:
		return "Windows-1252"
	case encodingMacintosh:
		return "Macintosh"
	case encodingCP850:
		return "code page 850"
	case encodingCP437:
		return "code page 437"
	}
	return strings.ToUpper(e.name())
}

// encodingNamed finds an encoding by a name that it goes by, in any case. Of UTF-16
// it is the form with the low byte first.
func encodingNamed(name string) (encoding, bool) {
	switch strings.ToLower(name) {
	case "utf-8", "utf8":
		return encodingUTF8, true
	case "utf-16", "utf16":
		return encodingUTF16Little, true
	case "windows-1252", "cp1252", "latin-1", "latin1", "iso-8859-1":
		return encodingWindows1252, true
	case "macintosh", "macroman", "mac-roman", "x-mac-roman", "mac":
		return encodingMacintosh, true
	case "cp850", "ibm850", "850":
		return encodingCP850, true
	case "cp437", "ibm437", "437":
		return encodingCP437, true
	case "iso-8859-15", "latin-9", "latin9":
		return encodingISO8859_15, true
	}
	return 0, false
}

// chart has the characters of an encoding of one byte each; nil for any other.
func (e encoding) chart() *charmap.Charmap {
	switch e {
	case encodingWindows1252:
		return charmap.Windows1252
	case encodingMacintosh:
		return charmap.Macintosh
	case encodingCP850:
		return charmap.CodePage850
	case encodingCP437:
		return charmap.CodePage437
	case encodingISO8859_15:
		return charmap.ISO8859_15
	}
	return nil
}

// The byte-order marks that a text may begin with.
const (
	byteOrderMark   = "\ufeff" // of UTF-8
	markReadTwice   = "ï»¿"    // that of UTF-8, by a program that took it for letters
	markUTF16Little = "\xff\xfe"
	markUTF16Big    = "\xfe\xff"
)

// marked finds the encoding whose mark the text begins with, and the mark's
// length; 0 without one.
func marked(head []byte) (encoding, int64) {
	for _, m := range []struct {
		mark string
		as   encoding
	}{{byteOrderMark, encodingUTF8}, {markReadTwice, encodingUTF8}, {markUTF16Little, encodingUTF16Little}, {markUTF16Big, encodingUTF16Big}} {
		if bytes.HasPrefix(head, []byte(m.mark)) {
			return m.as, int64(len(m.mark))
		}
	}
	return encodingUTF8, 0
}

// mixedFrom: a text that breaks UTF-8 has one byte a character unless more than one
// in so many of its characters beyond ASCII is whole in UTF-8. Of one byte each, few
// are by chance (a capital accented letter before a closing quotation mark); of
// UTF-8 with a damaged place, nearly all are.
const mixedFrom = 10

// textForm is how a CSV's text is spelt, and where it begins.
type textForm struct {
	encoding encoding
	mark     int64 // bytes of the mark before the text
	behind   int64 // bytes behind the text, from the sign by which DOS ends a file
	// named says that the user named the encoding.
	named bool
	// doubtful: named as Windows-1252, and valid UTF-8 all the same.
	doubtful bool
}

// text is what the file says, without a mark before it and what DOS puts behind it.
func (f *file) text(form textForm) *io.SectionReader {
	return io.NewSectionReader(f, form.mark, f.size-form.mark-form.behind)
}

// behindText is how many bytes stand behind the text of a file: the signs by which
// DOS ends it (Ctrl-Z), and line ends behind the first of them.
func behindText(f *file, form textForm) (int64, error) {
	size := int64(1)
	if form.encoding == encodingUTF16Little || form.encoding == encodingUTF16Big {
		size = 2
	}
	const most = 4096
	at := max(form.mark, f.size-most)
	tail, err := io.ReadAll(f.from(at))
	if err != nil {
		return 0, err
	}
	behind := int64(0)
	for end := int64(len(tail)); end >= size; end -= size {
		unit := bytes.Trim(tail[end-size:end], "\x00")
		switch string(unit) {
		case "\x1a":
			behind = int64(len(tail)) - end + size
		case "\r", "\n":
		default:
			return behind, nil
		}
	}
	return behind, nil
}

// formOf finds the encoding: the one that the user names, else the one whose
// mark is there, else UTF-8 where the whole file is, else the one whose text is
// likely; see [findEncoding].
func formOf(named string, f *file, s *survey, remembered func() string) (textForm, error) {
	head, err := f.start(4096)
	if err != nil {
		return textForm{}, err
	}
	byMark, mark := marked(head)
	if named == "" {
		form := textForm{encoding: byMark, mark: mark}
		if form.behind, err = behindText(f, form); err != nil {
			return form, err
		}
		if mark == 0 && s.broken > 0 && s.whole*mixedFrom <= s.broken {
			form.encoding, err = findEncoding(f, remembered)
		}
		return form, err
	}
	form := textForm{named: true, mark: mark}
	var ok bool
	if form.encoding, ok = encodingNamed(named); !ok {
		return textForm{}, pipeline.Wrong("book.encoding_unknown", "encoding", named).
			Try("book.encodings", "encodings", Encodings())
	}
	switch {
	case form.encoding == encodingUTF16Little && mark == 0:
		if form.encoding, err = byteOrder(head); err != nil {
			return textForm{}, err
		}
	case form.encoding == encodingUTF16Little && byMark != encodingUTF8:
		form.encoding = byMark
	}
	if mark > 0 && byMark.name() != form.encoding.name() {
		return textForm{}, markedOtherwise(byMark, named)
	}
	if form.behind, err = behindText(f, form); err != nil {
		return form, err
	}
	form.doubtful = form.encoding.chart() != nil && s.broken == 0 && s.whole > 0
	return form, nil
}

func markedOtherwise(is encoding, named string) *pipeline.Mistake {
	return pipeline.Wrong("book.marked_otherwise", "found", is.title(), "named", strings.ToLower(named)).
		Try("book.mark_decides").At(pipeline.Place{Line: 1})
}

// byteOrder distinguishes the two forms of UTF-16 without a mark by the zero
// bytes of ASCII: delimiters and line ends are ASCII in every book.
func byteOrder(head []byte) (encoding, error) {
	var zeros [2]int
	for i, c := range head {
		if c == 0 {
			zeros[i%2]++
		}
	}
	switch {
	case zeros[1] > zeros[0]:
		return encodingUTF16Little, nil
	case zeros[0] > zeros[1]:
		return encodingUTF16Big, nil
	}
	return 0, pipeline.Wrong("book.not_utf16").Try("book.encoding_out_or_utf8").At(pipeline.Place{Line: 1})
}

// beyondASCII is set in the bytes that are no ASCII, of eight.
const beyondASCII = 0x8080808080808080

// survey looks at every byte of a file once and counts what is UTF-8.
type survey struct {
	whole  int64 // characters beyond ASCII that are UTF-8
	broken int64 // bytes that are not
	cut    []byte
}

// Write takes the next bytes of the file; it does not fail.
func (s *survey) Write(p []byte) (int, error) {
	n := len(p)
	for len(s.cut) > 0 && len(p) > 0 && !utf8.FullRune(s.cut) {
		s.cut, p = append(s.cut, p[0]), p[1:]
	}
	if len(s.cut) > 0 && utf8.FullRune(s.cut) {
		cut := s.cut
		s.cut = nil
		if _, err := s.Write(cut); err != nil { // may leave a new beginning of a character
			return 0, err
		}
		if len(s.cut) > 0 {
			_, err := s.Write(p)
			return n, err
		}
	}
	for i := 0; i < len(p); i++ {
		for i+8 <= len(p) && binary.NativeEndian.Uint64(p[i:])&beyondASCII == 0 {
			i += 8
		}
		if i == len(p) {
			break
		}
		if p[i] < utf8.RuneSelf {
			continue
		}
		r, size := utf8.DecodeRune(p[i:])
		switch {
		case r != utf8.RuneError || size > 1:
			s.whole++
		case !utf8.FullRune(p[i:]):
			s.cut = append(s.cut[:0], p[i:]...)
			return n, nil
		default:
			s.broken++
		}
		i += size - 1
	}
	return n, nil
}

// end counts a character that the file's end cuts.
func (s *survey) end() {
	s.broken += int64(len(s.cut))
	s.cut = nil
}

// errUndecodable: bytes that the encoding does not define.
var errUndecodable = errors.New("undecodable bytes")

// decoded gives the text of a file's bytes as UTF-8. It fails with
// errUndecodable at the first byte that has no meaning in the encoding, after
// all that stands before it; UTF-8 is passed on as it is.
func (e encoding) decoded(from io.Reader) io.Reader {
	switch e {
	case encodingWindows1252:
		return transform.NewReader(from, &strict{charmap.Windows1252.NewDecoder(), undefinedIn1252})
	case encodingISO8859_15:
		return transform.NewReader(from, &strict{charmap.ISO8859_15.NewDecoder(), undefinedInISO})
	case encodingMacintosh, encodingCP850, encodingCP437: // each byte is a character
		return transform.NewReader(from, e.chart().NewDecoder())
	case encodingUTF16Little:
		return transform.NewReader(from, &strict{unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder(),
			func(src []byte, atEnd bool) int { return halfCharacter(src, 1, atEnd) }})
	case encodingUTF16Big:
		return transform.NewReader(from, &strict{unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder(),
			func(src []byte, atEnd bool) int { return halfCharacter(src, 0, atEnd) }})
	}
	return from
}

// strict stops a decoder where it would put U+FFFD or a control character in
// the place of what it cannot read.
type strict struct {
	transform.Transformer
	// undefined is where the first bytes begin that the encoding does not
	// define; -1 when there are none.
	undefined func(src []byte, atEnd bool) int
}

// Transform is that of transform.Transformer.
func (s *strict) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	bad := s.undefined(src, atEOF)
	if bad < 0 {
		return s.Transformer.Transform(dst, src, atEOF)
	}
	nDst, nSrc, err = s.Transformer.Transform(dst, src[:bad], false)
	if err == nil && nSrc == bad {
		err = errUndecodable
	}
	return nDst, nSrc, err
}

// undefinedIn1252: the five bytes without a character (Microsoft's table
// cp1252; the decoder follows the WHATWG, who make control characters of them).
func undefinedIn1252(src []byte, _ bool) int {
	for i, c := range src {
		switch c {
		case 0x81, 0x8d, 0x8f, 0x90, 0x9d:
			return i
		}
	}
	return -1
}

// undefinedInISO: control characters that no text has (C1 of ISO/IEC 6429).
func undefinedInISO(src []byte, _ bool) int {
	return slices.IndexFunc(src, func(c byte) bool { return c >= 0x80 && c < 0xa0 })
}

// halfCharacter finds a surrogate without its other half (RFC 2781, 2.2), and
// at the end of the text a byte without its own. high is where the high byte
// of a unit stands in it.
func halfCharacter(src []byte, high int, atEnd bool) int {
	unit := func(i int) rune { return rune(src[i+high])<<8 | rune(src[i+1-high]) }
	i := 0
	for ; i+1 < len(src); i += 2 {
		u := unit(i)
		if !utf16.IsSurrogate(u) {
			continue
		}
		if i+3 >= len(src) && !atEnd && u < 0xdc00 {
			return -1 // its other half is yet to come
		}
		if i+3 >= len(src) || utf16.DecodeRune(u, unit(i+2)) == utf8.RuneError {
			return i
		}
		i += 2
	}
	if i < len(src) && atEnd {
		return i
	}
	return -1
}
