package sheetxml

import "bytes"

// Prefix is the prefix of a start tag's name with its colon, "x:" of <x:row>;
// "" where it has none. tag is one that a [Scanner] took.
func Prefix(tag []byte) string {
	name := tag[1 : 1+nameEnd(tag[1:])]
	return string(name[:bytes.IndexByte(name, ':')+1])
}

// WithAttribute gives a start tag with an attribute of that value, in the place
// of the one of that name or behind the others; nothing else of the tag
// changes. tag is one that a [Scanner] took and stays as it is; name has no
// prefix, and value is written as it stands.
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
