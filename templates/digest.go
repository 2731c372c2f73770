package templates

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"strings"

	"go.yaml.in/yaml/v3"
)

// peopleYAML are the places in provider.yaml that only people read, with [] for the entries of a list.
var peopleYAML = map[string]bool{"title": true, "docs": true, "notes": true, "example": true,
	"auth.secrets[].help": true, "settings[].help": true, "keys[].label": true, "answers[].hint": true, "await.answers[].hint": true, "settle.advice": true}

// peopleSchema are the keywords of a schema that only people read.
var peopleSchema = map[string]bool{"title": true, "description": true, "examples": true, "$comment": true,
	localTitle: true, localDescription: true}

// digest covers what a definition makes muster send and how its answers are read. Texts for people, examples,
// comments and layout are not in it: a better wording or another language makes no other definition. For an overlay
// it covers everything, including its base's parts.
func digest(document *yaml.Node, schema *jsonNode) string {
	d := digester{sha256.New()}
	d.yaml("", document)
	d.schema(schema, false)
	return hex.EncodeToString(d.Sum(nil))
}

// digester encodes a document as marks and texts with their lengths, so that no two documents give the same bytes.
type digester struct{ hash.Hash }

func (d digester) mark(mark byte, n int)    { fmt.Fprintf(d, "%c%d:", mark, n) }
func (d digester) text(mark byte, s string) { d.mark(mark, len(s)); d.Write([]byte(s)) }

func (d digester) yaml(path string, n *yaml.Node) {
	switch n.Kind {
	case yaml.DocumentNode:
		for _, c := range n.Content {
			d.yaml(path, c)
		}
	case yaml.AliasNode:
		d.yaml(path, n.Alias)
	case yaml.SequenceNode:
		d.mark('[', len(n.Content))
		for _, c := range n.Content {
			d.yaml(path+"[]", c)
		}
	case yaml.MappingNode:
		d.mark('{', 0)
		for i := 0; i+1 < len(n.Content); i += 2 {
			name := n.Content[i].Value
			if at := strings.TrimPrefix(path+"."+name, "."); !peopleYAML[at] {
				d.text('k', name)
				d.yaml(at, n.Content[i+1])
			}
		}
		d.mark('}', 0)
	default:
		d.text('s', n.Value)
	}
}

// schema encodes a schema; names says that n's members are names, and not keywords.
func (d digester) schema(n *jsonNode, names bool) {
	switch {
	case n.list:
		d.mark('[', len(n.items))
		for _, c := range n.items {
			d.schema(c, false)
		}
	case n.member != nil:
		d.mark('{', 0)
		for _, k := range n.keys {
			if names || !peopleSchema[k] && !isAnnotation(k) {
				d.text('k', k)
				d.schema(n.member[k], !names && (k == "properties" || k == "$defs"))
			}
		}
		d.mark('}', 0)
	default:
		d.text('s', fmt.Sprintf("%T %[1]v", n.value))
	}
}
