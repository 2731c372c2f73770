package pipeline

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// Provider is one create-customer API as plain data: a compiled definition. No code knows a provider by name;
// everything that differs between providers is here. A Provider must not be changed and may be shared.
type Provider struct {
	// Base is the definition that this one overlays; nil where there is none. Both have the same customers: see
	// [Provider.Root].
	Base *Provider

	Name  string // "passport": lower-case letters, digits and hyphens
	Title string
	Docs  string      // address of the page that the definition follows
	Notes []Localized // what people should know before they import
	// Example says that the definition follows public documentation and was never tried: it is for the sandbox, and
	// muster refuses to send it to production.
	Example bool
	// Digest is a SHA-256 in hex over all of the definition except its texts for people: it changes when what is
	// sent, or how an answer is read, may change.
	Digest string

	Environments []Environment
	Auth         Auth
	Sign         *Sign // nil where calls are not signed
	Create       Call
	// IdempotencyHeader names the header for an intent's idempotency key; "" where the provider has none.
	IdempotencyHeader string
	Encoding          Encoding      // of the create's body
	ListNames         ListNames     // of lists of values in it, where it is a form
	Wrap              Wrap          // what is around a row's body in the create's body
	Timeout           time.Duration // of one request, until its answer is read
	// RequestIDHeader names the header of answers with the ID by which the provider finds a request, where the body
	// has none.
	RequestIDHeader string

	// Fields are the leaves of the body, in the schema's order.
	Fields []Field
	// Fixed are the parts of the body that no cell can fill and that are always the same.
	Fixed []Fixed
	// ShapeAt are the fields whose values decide the shape of a body; empty where there is only one shape.
	ShapeAt []string
	Shapes  []string // their names
	// ShapeValues are the values that each shape has in each field of ShapeAt.
	ShapeValues [][][]string

	Keys    []Key
	Same    []Same
	Display [][]string // fields whose values, joined by a space, name a customer; the first group with a value is used

	Answers []Answer // how create answers are read: the first that matches
	Record  Record   // where a success answer has the record's parts
	Await   *Await   // nil where no answer means "accepted"
	Errors  ErrorShape
	LookUps []LookUp
	Settle  Settle
	Standin StandinRules
}

// Environment is a place that requests go to.
type Environment struct {
	Name    string // sandbox, production
	BaseURL string // without a final slash; "" where it is not published
	AuthURL string // prefix of the exchange's path; "" is BaseURL
	Limit   Limit
	// Secrets are the forms of secrets there, where they decide whose customers are meant.
	Secrets []SecretForm
}

// SecretForm is the form of a secret in one environment.
type SecretForm struct {
	Name string
	Form *regexp.Regexp // of the whole secret
}

// Limit is how fast, and how much at once, a provider may be called.
type Limit struct {
	Concurrency int  // requests open at once
	Rate        Rate // calls of any kind
}

// Rate is N calls every Per. The zero value is no limit.
type Rate struct {
	N   int
	Per time.Duration
}

// Interval is the least time between the starts of two calls; 0 is no limit.
func (r Rate) Interval() time.Duration {
	if r.N <= 0 {
		return 0
	}
	return r.Per / time.Duration(r.N)
}

// Spacing is the time between the starts of two calls, so that no Per has more than N of them: 2 % more than the
// interval, because calls that are sent on time may arrive a little late.
func (r Rate) Spacing() time.Duration {
	interval := r.Interval()
	return interval + interval/50
}

// Field is one leaf of the request body. [] in its path stands for an index.
type Field struct {
	Path     string   // businessRepresentatives[].addresses[].city
	Kind     string   // string, integer, number, boolean
	Shapes   []string // the shapes that have it; empty where there is one shape
	Required bool     // in every shape of Shapes: itself, and every object around it
	// Only is the one value that the schema allows, which the definition fills in; "" where there are several.
	Only      string
	Enum      []string
	MinLength int // code points
	MaxLength int // code points; 0 is no limit
	Format    string
	Pattern   string // ECMAScript, as the schema has it
	Title     Localized
	Help      Localized // what the value must look like, in words that follow "must be"
	Example   string
	// Typed converts the cells that people type into a template, as a mapping sheet would: nit, phone(CO); "" leaves
	// them unchanged.
	Typed  string
	Secret bool
	Day    DayRule
	List   ListRule // for the values of a list: the path ends with []
}

// Fixed is a part of the body that the definition fills with an object, an array or
// null.
type Fixed struct {
	Path  string // as a field's
	Value any    // as DecodeJSON gives it; never changed
}

// SendsIdempotencyKey reports whether a create carries an intent's own key: in its header, or in a header or a member
// of the body that the definition writes.
func (p *Provider) SendsIdempotencyKey() bool {
	has := func(value string) bool { return slices.Contains(Variables(value), VariableIdempotencyKey) }
	return p.IdempotencyHeader != "" ||
		slices.ContainsFunc(p.Create.Headers, func(h Pair) bool { return has(h.Value) }) ||
		slices.ContainsFunc(p.Wrap.Around, func(b BodyPart) bool { return has(b.Value) })
}

// KeyLike are the paths of the fields that are named as the key of a resend: where a provider expects such a key in the
// body, it is no value of a row.
func KeyLike(fields []Field) (paths []string) {
	for _, f := range fields {
		name := f.Path[strings.LastIndexByte(f.Path, '.')+1:]
		if strings.HasPrefix(strings.ToLower(name), "idempot") {
			paths = append(paths, f.Path)
		}
	}
	return paths
}

// Wrap is what a create's body has besides the row's fields. The zero value is nothing.
type Wrap struct {
	Under  Pointer // where the row's body goes; "" is the whole body
	Around []BodyPart
}

// Beside reports whether a member of Around goes into the row's own body.
func (w *Wrap) Beside(at Pointer) bool {
	return w.Under == "" || strings.HasPrefix(string(at), string(w.Under)+"/")
}

// ListRule is about the values of a list, which one cell may have.
type ListRule struct {
	Split string // separator between values in the cell of the list's own column; "" for no such column
	Most  int    // most values; 0 is no limit
}

// DayRule compares a field's dates with today; the zero value is no rule.
type DayRule struct {
	// BirthWithin makes a row invalid whose birth date is more years ago than that, or after today; 0 where the field
	// is not a birth date.
	BirthWithin int
	// MentionUnder is the age in years below which muster mentions a customer; 0 for none.
	MentionUnder int
	// MentionExpired makes muster mention a date before today.
	MentionExpired bool
}

// Key is what makes a row the same customer in every run. Exactly one of Field and Path is set.
type Key struct {
	Name      string    // reference
	Label     Localized // NIT, e-mail
	Field     string    // the field's path
	Path      string    // JSONPath (RFC 9535) into the body, where a field's path is not enough
	Normalise []Normaliser
	Secret    bool
	// Ours: muster makes the value, so that a record that has it was created by a request of ours.
	Ours bool
}

// Same is one field in which a provider's record must agree with a row before its ID is taken.
type Same struct {
	Field     string
	Normalise []Normaliser
	// IfThere: a record without the field agrees too.
	IfThere bool
}

// Statuses is a range of HTTP status codes, both ends included.
type Statuses struct{ From, To int }

// Answer is one rule for reading the answer to a create.
type Answer struct {
	Statuses []Statuses
	When     *Condition // nil: any body
	Verdict  Verdict
	// Keys are the keys that the provider says exist, Found is the ID of their customer; empty where the answer does
	// not say.
	Keys  []string
	Found Pointer
	Hint  Localized // what a person can do about it
}

// Record says where the parts of a customer's record are, in a create's answer or a look-up's. Each list is tried in
// order.
type Record struct {
	ID []Pointer
	// IDHeader names the header of a create's answer with the ID, or with an address that ends with it, where the
	// body has none; "" for no such header.
	IDHeader string
	// IDPattern is the form of customer IDs that the provider promises, for the whole ID; nil where it promises none.
	IDPattern *regexp.Regexp
	Status    []Pointer
	CreatedAt []Pointer
	RequestID []Pointer
	// Body is where the request's own fields are repeated; Renamed gives those that have another name there, by field
	// path, as pointers below Body.
	Body    Pointer
	Renamed []Renamed
	Related []Related
}

// Renamed is a field that has another name in a record.
type Renamed struct {
	Field string
	At    Pointer
}

// Related are IDs that the provider gives to parts of a customer: one for each item of the array at At, found at ID
// in the item.
type Related struct {
	Name string // businessRepresentatives
	At   Pointer
	ID   Pointer
}

// ErrorShape says where the parts of an error answer are.
type ErrorShape struct {
	Code      []Pointer
	Message   []Pointer
	RequestID []Pointer
	Problems  []ProblemList
}

// ProblemList is a place where an error answer lists the fields it refuses:
// an array of objects (Field and Message are pointers in each), or, with Map,
// an object of field name to message or messages, whose text is at Message where they
// are objects.
type ProblemList struct {
	At      Pointer
	Map     bool
	Field   Pointer
	Message Pointer
}

// LookUp is a call that finds a customer's record by the provider's ID or by a key. Its URI template knows {id} or
// {key}.
type LookUp struct {
	Name  string
	Key   string // name of the key; "" looks up by ID
	Call  Call
	Found []Statuses
	// Absent are the statuses that mean that there is no such customer.
	Absent []Statuses
	// Items points to the array of records; "" with Single.
	Items  Pointer
	Single bool   // the answer is the one record
	Record Record // its pointers are relative to the item
}

// StandinRules are what the stand-in needs besides the rest of the definition.
type StandinRules struct {
	IDs    []IDForm // the first whose condition holds for the body
	Status string   // a new customer's status; "" where the record has none
	// Asks is how often the stand-in is asked about an accepted request before it decides; Rejects is the condition
	// on a request's body under which it then refuses, nil for none.
	Asks    int
	Rejects *Condition
	Success []BodyPart // fixed members of a success answer
	// Refused, Unauthorized and NotFound are the answers to a body that breaks the schema, to a bad token, and to a
	// look-up that finds nothing.
	Refused      StandinError
	Unauthorized StandinError
	NotFound     StandinError
}

// StandinError is an error answer of the stand-in.
type StandinError struct {
	Status  int
	Code    string
	Message string
}

// KeyLabels are the names of the provider's keys, for people.
func (p *Provider) KeyLabels() []Localized {
	var labels []Localized
	for _, k := range p.Keys {
		labels = append(labels, k.Label)
	}
	return labels
}

// FieldByPath finds a field by its path, with or without indexes.
func (p *Provider) FieldByPath(path string) (Field, bool) {
	i := p.FieldIndex(path)
	if i < 0 {
		return Field{}, false
	}
	return p.Fields[i], true
}

// TellsApart reports whether that field tells customers apart: a key, an e-mail address, a phone number. field is an
// index in Fields.
func (p *Provider) TellsApart(field int) bool {
	f := &p.Fields[field]
	if f.Format == "email" || f.Format == "phone" || strings.HasPrefix(f.Pattern, `^\+`) {
		return true
	}
	last := f.Path[strings.LastIndexByte(f.Path, '.')+1:]
	if strings.Contains(strings.ToLower(last), "phone") && f.Only == "" && len(f.Enum) == 0 {
		return true
	}
	return slices.ContainsFunc(p.Keys, func(k Key) bool {
		return k.Field == f.Path || k.Path != "" && k.feeds() == f.Path
	})
}

// KeyField is the index in Fields of the field that a key is made of; -1 when there is none. key is an index in Keys.
func (p *Provider) KeyField(key int) int {
	k := &p.Keys[key]
	return slices.IndexFunc(p.Fields, func(f Field) bool {
		return k.Field == f.Path || k.Path != "" && k.feeds() == f.Path
	})
}

// feeds is the path of the field from which a key's JSONPath selects entries: $.a.b[?@.c == 'd'].e is a.b[].e.
func (k Key) feeds() string {
	before, rest, chosen := strings.Cut(strings.TrimPrefix(k.Path, "$."), "[?")
	if !chosen {
		return before
	}
	_, behind, _ := strings.Cut(rest, "]")
	return before + "[]" + behind
}

// FieldIndex is the index in Fields of a path, with or without indexes; -1 when there is none.
func (p *Provider) FieldIndex(path string) int {
	pattern := PathPattern(path)
	for i := range p.Fields {
		if p.Fields[i].Path == pattern {
			return i
		}
	}
	return -1
}

// PathPattern removes the indexes from a path: a[3].b becomes a[].b.
func PathPattern(path string) string {
	out := make([]byte, 0, len(path))
	in := false
	for i := 0; i < len(path); i++ {
		switch c := path[i]; {
		case c == '[':
			in = true
			out = append(out, c)
		case c == ']':
			in = false
			out = append(out, c)
		case !in || c < '0' || c > '9':
			out = append(out, c)
		}
	}
	return string(out)
}

// Environment finds an environment by its name.
func (p *Provider) Environment(name string) (Environment, bool) {
	for _, e := range p.Environments {
		if e.Name == name {
			return e, true
		}
	}
	return Environment{}, false
}

// LookUpByID is the look-up by the provider's ID, nil when there is none.
func (p *Provider) LookUpByID() *LookUp { return p.LookUpByKey("") }

// LookUpByKey is the look-up by the key of that name, nil when there is none.
func (p *Provider) LookUpByKey(key string) *LookUp {
	for i := range p.LookUps {
		if p.LookUps[i].Key == key {
			return &p.LookUps[i]
		}
	}
	return nil
}

// In reports whether status is in one of ranges.
func In(ranges []Statuses, status int) bool {
	for _, r := range ranges {
		if status >= r.From && status <= r.To {
			return true
		}
	}
	return false
}
