package sheetxml

import "bytes"

// Prefix returns the prefix of a start tag's name with its colon, "x:" for <x:row>; "" if it has none. tag is one that
// a [Scanner] accepted.
func Prefix(tag []byte) string {
	name := tag[1 : 1+nameEnd(tag[1:])]
	return string(name[:bytes.IndexByte(name, ':')+1])
}

// WithAttribute returns a start tag with an attribute set to that value: replaced if the tag has it, otherwise added
// after the others. tag is one that a [Scanner] accepted, and is not changed; name has no prefix, and value is written
// without escaping.
func WithAttribute(tag []byte, name, value string) []byte {
	attribute := name + `="` + value + `"`
	at := 1 + nameEnd(tag[1:])
	for {
		for isSpace(tag[at]) {
			at++
		}
		n := nameEnd(tag[at:])
		if n == 0 { // > or />
			return bytes.Join([][]byte{tag[:at], tag[at:]}, []byte(" "+attribute))
		}
		quote := at + n + bytes.IndexAny(tag[at+n:], `"'`)
		end := quote + 2 + bytes.IndexByte(tag[quote+1:], tag[quote])
		if string(tag[at:at+n]) == name {
			return bytes.Join([][]byte{tag[:at], tag[end:]}, []byte(attribute))
		}
		at = end
	}
}
