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

// encoding is the encoding of a CSV's text.
type encoding int

const (
	encodingUTF8 encoding = iota
	encodingUTF16Little
	encodingUTF16Big
	encodingWindows1252
	encodingMacintosh
	encodingCP850
	encodingCP437
	encodingCP860
	encodingISO8859_15
)

// Encodings are the names of encodings in [Options].
func Encodings() []string {
	var names []string
	for _, e := range []encoding{encodingUTF8, encodingUTF16Little, encodingWindows1252, encodingMacintosh,
		encodingCP850, encodingCP437, encodingCP860, encodingISO8859_15} {
		names = append(names, e.name())
	}
	return names
}

// name is the encoding's name in Options.
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
	case encodingCP860:
		return "cp860"
	case encodingISO8859_15:
		return "iso-8859-15"
	}
	return "utf-8"
}

// title is the encoding's name for people.
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
	case encodingCP860:
		return "code page 860"
	}
	return strings.ToUpper(e.name())
}

// encodingNamed finds an encoding by any of its names, ignoring case. UTF-16 means the form with the low byte first.
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
	case "cp860", "ibm860", "860":
		return encodingCP860, true
	case "iso-8859-15", "latin-9", "latin9":
		return encodingISO8859_15, true
	}
	return 0, false
}

// chart has the characters of a one-byte encoding; nil for any other.
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
	case encodingCP860:
		return charmap.CodePage860
	case encodingISO8859_15:
		return charmap.ISO8859_15
	}
	return nil
}

// The byte-order marks that a text may begin with.
const (
	byteOrderMark   = "\ufeff" // of UTF-8
	markReadTwice   = "ï»¿"    // that of UTF-8, read as letters by a program and saved so
	markUTF16Little = "\xff\xfe"
	markUTF16Big    = "\xfe\xff"
)

// marked finds the encoding whose byte-order mark the text begins with, and the mark's length; 0 without one.
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

// mixedFrom: a text that is not valid UTF-8 is in a one-byte encoding unless more than one in so many of its
// characters beyond ASCII is valid UTF-8. In a one-byte encoding few are, by chance (a capital accented letter before
// a closing quotation mark); in a damaged UTF-8 text nearly all are.
const mixedFrom = 10

// textForm is the encoding of a CSV's text, and where the text begins and ends.
type textForm struct {
	encoding encoding
	mark     int64 // bytes of the mark before the text
	behind   int64 // bytes after the text, from the Ctrl-Z with which DOS ends a file
	// named: the user named the encoding.
	named bool
	// doubtful: named as Windows-1252, although it is valid UTF-8.
	doubtful bool
}

// text is the text of the file, without a byte-order mark and DOS's end of file.
func (f *file) text(form textForm) *io.SectionReader {
	return io.NewSectionReader(f, form.mark, f.size-form.mark-form.behind)
}

// behindText is how many bytes follow the text of a file: DOS's end of file (Ctrl-Z), and line ends after the first
// of them.
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

// formOf determines the encoding: the one that the user named, else that of the byte-order mark, else UTF-8 when the
// whole file is valid UTF-8, else the most likely one; see [findEncoding].
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

// byteOrder tells the two forms of UTF-16 without a mark apart by the zero bytes of ASCII: every book has ASCII
// delimiters and line ends.
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

// beyondASCII has the bits, in eight bytes, that are set in bytes beyond ASCII.
const beyondASCII = 0x8080808080808080

// survey reads every byte of a file once and counts valid UTF-8.
type survey struct {
	whole  int64 // characters beyond ASCII that are UTF-8
	broken int64 // bytes that are not
	cut    []byte
}

// Write takes the next bytes of the file; it never fails.
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

// end counts a character that the end of the file cuts.
func (s *survey) end() {
	s.broken += int64(len(s.cut))
	s.cut = nil
}

// errUndecodable: bytes that the encoding does not define.
var errUndecodable = errors.New("undecodable bytes")

// decoded reads a file's bytes as UTF-8. It fails with errUndecodable at the first byte that the encoding does not
// define, after returning everything before it; UTF-8 is passed on unchanged.
func (e encoding) decoded(from io.Reader) io.Reader {
	switch e {
	case encodingWindows1252:
		return transform.NewReader(from, &strict{charmap.Windows1252.NewDecoder(), undefinedIn1252})
	case encodingISO8859_15:
		return transform.NewReader(from, &strict{charmap.ISO8859_15.NewDecoder(), undefinedInISO})
	case encodingMacintosh, encodingCP850, encodingCP437, encodingCP860: // each byte is a character
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

// strict stops a decoder where it would produce U+FFFD or a control character for a byte that it cannot read.
type strict struct {
	transform.Transformer
	// undefined is the position of the first bytes that the encoding does not define; -1 for none.
	undefined func(src []byte, atEnd bool) int
}

// Transform implements transform.Transformer.
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

// undefinedIn1252 finds the five bytes without a character (Microsoft's table cp1252; the decoder follows the WHATWG,
// which maps them to control characters).
func undefinedIn1252(src []byte, _ bool) int {
	for i, c := range src {
		switch c {
		case 0x81, 0x8d, 0x8f, 0x90, 0x9d:
			return i
		}
	}
	return -1
}

// undefinedInISO finds control characters that no text has (C1 of ISO/IEC 6429).
func undefinedInISO(src []byte, _ bool) int {
	return slices.IndexFunc(src, func(c byte) bool { return c >= 0x80 && c < 0xa0 })
}

// halfCharacter finds a surrogate without its other half (RFC 2781, 2.2), and at the end of the text an odd byte.
// high is the position of a unit's high byte.
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
