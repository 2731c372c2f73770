package templates

import (
	"bytes"
	"encoding/json"

	"go.yaml.in/yaml/v3"
)

// Texts are the definition's files by name. whole merges an overlay with its base; provider.yaml still names the
// base, under which customers are known.
func (d *Definition) Texts(whole bool) (map[string][]byte, error) {
	names, err := d.Files()
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, name := range names {
		if files[name], err = d.File(name); err != nil {
			return nil, err
		}
	}
	if d.base == nil || !whole {
		return files, nil
	}
	delete(files, patchFile)
	if files[yamlFile], err = wholeYAML(mergeWhole(d.written.own, d.base.written.document)); err != nil {
		return nil, err
	}
	var schema bytes.Buffer
	if err := writeJSON(&schema, d.body.written, ""); err != nil {
		return nil, err
	}
	schema.WriteByte('\n')
	files[schemaFile] = schema.Bytes()
	return files, nil
}

// wholeYAML writes provider.yaml with the base first, and without its comment at the top, which is about other files.
func wholeYAML(root *yaml.Node) ([]byte, error) {
	var first, rest []*yaml.Node
	for i := 0; i+1 < len(root.Content); i += 2 {
		pair := root.Content[i : i+2 : i+2]
		if i == 0 || pair[0].Value == baseKey {
			pair[0].HeadComment = ""
		}
		if pair[0].Value == baseKey {
			first = pair
		} else {
			rest = append(rest, pair...)
		}
	}
	root.Content, root.HeadComment = append(first, rest...), ""
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	err := enc.Encode(root)
	if err == nil {
		err = enc.Close()
	}
	return out.Bytes(), err
}

// writeJSON writes a schema with its members in order, each member on a line.
func writeJSON(out *bytes.Buffer, n *jsonNode, indent string) error {
	switch {
	case n.member != nil && len(n.keys) > 0:
		out.WriteByte('{')
		for i, name := range n.keys {
			if i > 0 {
				out.WriteByte(',')
			}
			out.WriteString("\n  " + indent)
			if err := writeText(out, name); err != nil {
				return err
			}
			out.WriteString(": ")
			if err := writeJSON(out, n.member[name], indent+"  "); err != nil {
				return err
			}
		}
		out.WriteString("\n" + indent + "}")
	case n.member != nil:
		out.WriteString("{}")
	case n.list:
		out.WriteByte('[')
		for i, item := range n.items {
			if i > 0 {
				out.WriteString(", ")
			}
			if err := writeJSON(out, item, indent); err != nil {
				return err
			}
		}
		out.WriteByte(']')
	default:
		return writeText(out, n.value)
	}
	return nil
}

// writeText writes a value without escaping & and <, for readers.
func writeText(out *bytes.Buffer, value any) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	err := enc.Encode(value)
	out.Truncate(out.Len() - 1) // the line break
	return err
}
