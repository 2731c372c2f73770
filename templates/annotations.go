package templates

import (
	"slices"
	"strings"

	"muster/pipeline"
)

// annotations are keywords of published schemas that say nothing of what a body may
// have, and are let through.
var annotations = []string{"default", "deprecated", "writeOnly", readOnly}

// readOnly is the keyword of what only answers have: it is no field, and never sent.
const readOnly = "readOnly"

// ownExtensions are the keywords of muster's own.
var ownExtensions = []string{localTitle, localDescription, typedThrough, splitAt, emptied}

// isKeyword says that a body schema may have the keyword.
func isKeyword(k string) bool { return slices.Contains(schemaKeywords, k) || isAnnotation(k) }

// isAnnotation says that a keyword is let through: one of those that the standard has,
// or x-..., unless it looks like one of muster's own.
func isAnnotation(k string) bool {
	if strings.HasPrefix(k, "x-") {
		return !slices.Contains(ownExtensions, k) && pipeline.Nearest(k, ownExtensions) == ""
	}
	return slices.Contains(annotations, k)
}

// unknownKeyword is the mistake of a keyword that a body schema may not have.
func unknownKeyword(file string, k string, at *jsonNode) error {
	m := pipeline.Wrong("definition.keyword", "keyword", k).At(pipeline.Place{File: file, Line: at.line})
	if meant := pipeline.Nearest(k, schemaKeywords); meant != "" {
		m.Try("definition.try_name", "name", meant)
	}
	return m
}

// dropReadOnly takes out of a schema, and of all in it, the properties that only answers
// have. root is the whole schema.
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

// isReadOnly says so of a schema, or of what it refers to.
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

// removeText takes a text out of a list; nil has none.
func (n *jsonNode) removeText(text string) {
	if n != nil {
		n.items = slices.DeleteFunc(n.items, func(item *jsonNode) bool { return item.text() == text })
	}
}
