package standin

import (
	"muster/pipeline"
)

// place is a JSON Pointer that is split once, because trees are written for every request. A nil place is nowhere; an
// empty one is the whole document.
type place []string

func at(p pipeline.Pointer) place {
	if p == "" {
		return place{}
	}
	return p.Tokens()
}

// first is the first of pointers, nowhere when there is none.
func first(pointers []pipeline.Pointer) place {
	if len(pointers) == 0 {
		return nil
	}
	return at(pointers[0])
}

// put sets v in a tree of objects, as pipeline.Pointer.Set does.
func (p place) put(doc any, v any) any {
	if p == nil {
		return doc
	}
	if len(p) == 0 {
		return v
	}
	m, ok := doc.(map[string]any)
	if !ok {
		m = make(map[string]any, 8)
	}
	m[p[0]] = p[1:].put(m[p[0]], v)
	return m
}

// get finds the value at p in a tree of objects.
func (p place) get(doc any) (any, bool) {
	for _, t := range p {
		m, ok := doc.(map[string]any)
		if !ok {
			return nil, false
		}
		if doc, ok = m[t]; !ok {
			return nil, false
		}
	}
	return doc, p != nil
}

// fieldPlace converts a field's path to a place in which "" stands for every item of an array. A path that ends in
// items means the array.
func fieldPlace(path string) place {
	p := at(pipeline.PathPointer(path))
	for len(p) > 0 && p[len(p)-1] == "" {
		p = p[:len(p)-1]
	}
	return p
}

// remove deletes the field at p, in every item of the arrays on the way.
func (p place) remove(doc any) {
	if len(p) == 0 {
		return
	}
	switch v := doc.(type) {
	case map[string]any:
		if len(p) == 1 {
			delete(v, p[0])
			return
		}
		p[1:].remove(v[p[0]])
	case []any:
		if p[0] != "" {
			return
		}
		for _, item := range v {
			p[1:].remove(item)
		}
	}
}

// encode encodes a tree made by [pipeline.DecodeJSON] and put, which cannot fail.
func encode(doc any) []byte {
	text, err := pipeline.EncodeJSON(doc)
	if err != nil {
		panic("stand-in: an answer that is no JSON: " + err.Error())
	}
	return append(text, '\n')
}
