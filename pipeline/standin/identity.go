package standin

import (
	"encoding/hex"
	"math/rand/v2"

	"muster/pipeline"
)

// identities makes IDs. Each depends only on the seed and on what it identifies, so that a customer has the same IDs
// in every answer without any being stored, and a run can be repeated.
type identities struct {
	prefix string
	seed   uint64
	forms  []pipeline.IDForm
}

// The purposes of IDs, so that no two purposes share a stream.
const (
	forCustomer uint64 = iota + 1
	forRelated
	forCreateRequest
	forRequest
	forFault
)

var uuidForm = pipeline.IDForm{UUID: true}

// form is the first form whose condition holds for the body; a UUID where the
// definition names none.
func (g *identities) form(body any) *pipeline.IDForm {
	for i := range g.forms {
		if g.forms[i].When.Holds(body) {
			return &g.forms[i]
		}
	}
	return &uuidForm
}

// customer is the ID of the customer with that number (from 0). Each further try returns another ID, and after many
// tries a longer one, so that a form with few possible IDs does not cause an endless loop.
func (g *identities) customer(form *pipeline.IDForm, number, try int) string {
	return g.make(form, try/32, stream(g.seed, forCustomer, uint64(number), uint64(try)))
}

// related is the ID of a customer's part: item of the list of that index.
func (g *identities) related(form *pipeline.IDForm, number, list, item int) string {
	return g.make(form, 0, stream(g.seed, forRelated, uint64(number), uint64(list)<<32|uint64(item)))
}

// request is the ID of an answer: 32 hex digits.
func (g *identities) request(purpose, number uint64) string {
	r := stream(g.seed, purpose, number, 0)
	var raw [16]byte
	fill(raw[:], &r)
	return hex.EncodeToString(raw[:])
}

func (g *identities) make(form *pipeline.IDForm, longer int, r rand.PCG) string {
	const uuid = 36
	b := make([]byte, 0, len(g.prefix)+len(form.Prefix)+max(uuid, form.Length+longer))
	return string(form.Append(append(b, g.prefix...), longer, &r))
}

func stream(seed, purpose, a, b uint64) rand.PCG {
	var r rand.PCG
	r.Seed(mix(seed^mix(purpose)), mix(mix(a)^b))
	return r
}

// mix is the finaliser of splitmix64, so that neighbouring numbers start unrelated streams.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func fill(raw []byte, r *rand.PCG) {
	var x uint64
	for i := range raw {
		if i%8 == 0 {
			x = r.Uint64()
		}
		raw[i] = byte(x >> (8 * (i % 8)))
	}
}
