package templates

import (
	"slices"
	"strings"

	"muster/pipeline"
)

// annotations are keywords of published schemas that do not restrict a body, and are accepted.
var annotations = []string{"default", "deprecated", "writeOnly", readOnly}

// readOnly is the keyword of properties that only answers have: they are not fields, and never sent.
const readOnly = "readOnly"

// ownExtensions are muster's own keywords.
var ownExtensions = []string{localTitle, localDescription, typedThrough, splitAt, emptied}

// isKeyword reports whether a body schema may have the keyword.
func isKeyword(k string) bool { return slices.Contains(schemaKeywords, k) || isAnnotation(k) }

// isAnnotation reports whether a keyword is accepted and ignored: a standard annotation, or x-..., unless it looks
// like one of muster's own.
func isAnnotation(k string) bool {
	if strings.HasPrefix(k, "x-") {
		return !slices.Contains(ownExtensions, k) && pipeline.Nearest(k, ownExtensions) == ""
	}
	return slices.Contains(annotations, k)
}

// unknownKeyword is the mistake for a keyword that a body schema may not have.
func unknownKeyword(file string, k string, at *jsonNode) error {
	m := pipeline.Wrong("definition.keyword", "keyword", k).At(pipeline.Place{File: file, Line: at.line})
	if meant := pipeline.Nearest(k, schemaKeywords); meant != "" {
		m.Try("definition.try_name", "name", meant)
	}
	return m
}

// dropReadOnly removes from a schema, at every depth, the properties that only answers have. root is the whole
// schema.
func (n *jsonNode) dropReadOnly(root *jsonNode) {
	properties := n.at("properties")
	if properties != nil && properties.member != nil {
		for _, name := range slices.Clone(properties.keys) {
			if properties.member[name].isReadOnly(root, 0) {
				properties.remove(name)
				n.at("required").removeText(name)
			}
		}
	}
	for _, k := range n.keys {
		if k != "const" && k != "enum" && k != "default" && k != "examples" {
			n.member[k].dropReadOnly(root)
		}
	}
	for _, item := range n.items {
		item.dropReadOnly(root)
	}
}

// isReadOnly reports whether a schema, or what it refers to, is read-only.
func (n *jsonNode) isReadOnly(root *jsonNode, depth int) bool {
	if is := n.at(readOnly); is != nil {
		return is.value == true
	}
	ref, inside := strings.CutPrefix(n.at("$ref").text(), "#")
	if target := root.find(pipeline.Pointer(ref)); inside && target != nil && depth < 20 {
		return target.isReadOnly(root, depth+1)
	}
	return false
}

// remove takes out a member.
func (n *jsonNode) remove(name string) {
	delete(n.member, name)
	n.keys = slices.DeleteFunc(n.keys, func(k string) bool { return k == name })
}

// removeText removes a text from a list, which may be nil.
func (n *jsonNode) removeText(text string) {
	if n != nil {
		n.items = slices.DeleteFunc(n.items, func(item *jsonNode) bool { return item.text() == text })
	}
}
