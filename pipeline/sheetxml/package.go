package sheetxml

import (
	"errors"
	"io"
	"path"
	"strings"
)

// The namespaces of the two forms of ECMA-376: transitional and strict.
const (
	Main           = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	MainStrict     = "http://purl.oclc.org/ooxml/spreadsheetml/main"
	Relation       = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	RelationStrict = "http://purl.oclc.org/ooxml/officeDocument/relationships"
)

// IsMain reports whether a name is that local name in a namespace of SpreadsheetML.
func IsMain(name Name, local string) bool {
	return name.Local == local && (name.Space == Main || name.Space == MainStrict)
}

// PartName is the form of a part's name by which parts are looked up: part names ignore case (ECMA-376, part 2,
// 6.2.2.3).
func PartName(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
}

// RelationsOf returns the name of the part that lists the relations of a part; "" is the package itself.
func RelationsOf(part string) string {
	dir, base := path.Split(part)
	return dir + "_rels/" + base + ".rels"
}

// Relationship is one entry of a part's .rels.
type Relationship struct {
	ID       string
	Kind     string // worksheet, styles: the last part of the type, if it is one of ECMA-376
	Target   string // the part's name
	External bool
}

// ReadRelationships reads the .rels of a part. Targets in it are relative to that part.
func ReadRelationships(s *Scanner, part string) ([]Relationship, error) {
	dir, _ := path.Split(part)
	var found []Relationship
	for {
		token, err := s.Next()
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			return nil, err
		}
		if token != StartTag || s.start.Name.Local != "Relationship" {
			continue
		}
		r := Relationship{ID: s.start.Value("Id"), External: s.start.Value("TargetMode") == "External"}
		kind := s.start.Value("Type")
		for _, space := range []string{Relation, RelationStrict} {
			if rest, ok := strings.CutPrefix(kind, space+"/"); ok {
				r.Kind = rest
			}
		}
		// An absolute target starts at the package, a relative one at the part.
		if r.Target = s.start.Value("Target"); strings.HasPrefix(r.Target, "/") {
			r.Target = strings.TrimPrefix(path.Clean(r.Target), "/")
		} else {
			r.Target = path.Join(dir, r.Target)
		}
		found = append(found, r)
	}
}
