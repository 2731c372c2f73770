package suggest

import (
	"bytes"
	_ "embed"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"muster/pipeline/mapping"
)

// concept is a term of this domain that columns of a book and fields of a provider share. A provider's field is
// matched with a concept by the field's title and path, never by the name of the provider.
type concept string

const (
	aBusinessName concept = "business name"
	aTradeName    concept = "trade name"
	aFullName     concept = "full name"
	aName         concept = "name"
	aFirstName    concept = "first name"
	aLastName     concept = "last name"
	anEmail       concept = "e-mail"
	aPhone        concept = "phone"
	aDiallingCode concept = "dialling code"
	aNIT          concept = "NIT"
	anEIN         concept = "EIN"
	aTaxID        concept = "tax ID"
	aDocument     concept = "document number"
	anIssueLand   concept = "country of issue"
	anIssueRegion concept = "region of issue"
	anExpiryDate  concept = "expiry date"
	aBirthDate    concept = "date of birth"
	aGender       concept = "gender"
	aCitizenship  concept = "citizenship"
	aStreet       concept = "address"
	aSecondLine   concept = "second line of an address"
	aCity         concept = "city"
	aState        concept = "state"
	aPostalCode   concept = "postal code"
	aCountry      concept = "country"
	aCategoryCode concept = "merchant category code"
	aCustomerType concept = "customer type"
	anAddressType concept = "address type"
	aPhoneType    concept = "phone type"
	aDocumentType concept = "document type"
	aPersonType   concept = "representative type"
	aReference    concept = "reference"
	anID          concept = "ID"
	// somethingElse covers what people keep in books and no provider has a field for. Its words are listed so that a
	// part of them (the "country" of "country of birth") is not mistaken for the whole.
	somethingElse concept = "something else"
)

//go:embed words.yaml
var wordsFile []byte

// wordLists is words.yaml.
type wordLists struct {
	Concepts    map[concept][]string
	Documents   map[string][]string
	Persons     map[string][]string
	Business    []string
	Parties     []string
	Addresses   []string
	Mobile      []string
	Landline    []string
	Ordinals    map[int][]string
	Dates       map[string][]string
	Fillers     []string
	Statuses    []string
	Numberings  []string
	LegalForms  []string `yaml:"legal forms"`
	CheckDigits []string `yaml:"check digits"`
	Values      map[string][]string
}

func readWords(file []byte) (*wordLists, error) {
	var lists wordLists
	dec := yaml.NewDecoder(bytes.NewReader(file))
	dec.KnownFields(true)
	return &lists, dec.Decode(&lists)
}

// wordKind says what a name in the lexicon names.
type wordKind int

const (
	isConcept wordKind = iota
	isDocument
	isPerson
	isBusiness
	isParty
	isAddress
)

type word struct {
	kind  wordKind
	means string
	runs  int // how many words
}

// wordIndex is words.yaml prepared for look-ups; all words are as [mapping.Bare] returns them.
type wordIndex struct {
	// names has each name without the spaces between its words: "zip code", "zipcode" and "ZIP-Code" are the same.
	names                                            map[string]word
	mobile, landline, fillers, statuses, checkDigits map[string]bool
	numberings, legalForms                           map[string]bool
	ordinals                                         map[string]int
	dates                                            map[string]string   // what each says of a date's form
	kinds                                            map[string]string   // of documents, by their names
	values                                           map[string][]string // what is written for a listed one
}

// lexicon is built when the first name is looked up, and only read after that.
var lexicon = sync.OnceValue(func() *wordIndex {
	lists, err := readWords(wordsFile)
	if err != nil {
		panic("words.yaml: " + err.Error()) // it is part of the program
	}
	return indexOf(lists)
})

func indexOf(lists *wordLists) *wordIndex {
	x := &wordIndex{names: map[string]word{}, ordinals: map[string]int{}, dates: map[string]string{},
		kinds: map[string]string{}, values: map[string][]string{},
		mobile: wordSet(lists.Mobile), landline: wordSet(lists.Landline), fillers: wordSet(lists.Fillers),
		statuses: wordSet(lists.Statuses), checkDigits: wordSet(lists.CheckDigits),
		numberings: wordSet(lists.Numberings), legalForms: wordSet(lists.LegalForms)}
	for _, w := range lists.Addresses {
		x.add(isAddress, mapping.Bare(w), w)
	}
	x.add(isBusiness, "business", lists.Business...)
	x.add(isParty, "party", lists.Parties...)
	for means, names := range lists.Persons {
		x.add(isPerson, means, names...)
	}
	for kind, names := range lists.Documents {
		x.add(isDocument, kind, names...)
		for _, name := range append(names, kind) {
			x.kinds[mapping.Bare(name)] = kind
		}
	}
	for means, names := range lists.Concepts {
		x.add(isConcept, string(means), names...)
	}
	for n, words := range lists.Ordinals {
		for _, w := range words {
			x.ordinals[mapping.Bare(w)] = n
		}
	}
	for form, words := range lists.Dates {
		for _, w := range words {
			x.dates[mapping.Bare(w)] = form
		}
	}
	for listed, words := range lists.Values {
		for _, w := range words {
			x.values[listed] = append(x.values[listed], mapping.Bare(w))
		}
	}
	return x
}

func (x *wordIndex) add(kind wordKind, means string, names ...string) {
	for _, name := range names {
		words := strings.Fields(mapping.Bare(name))
		x.names[strings.Join(words, "")] = word{kind, means, len(words)}
	}
}

// wordSet is a list of words, bare.
func wordSet(words []string) map[string]bool {
	set := map[string]bool{}
	for _, w := range words {
		set[mapping.Bare(w)] = true
	}
	return set
}

// documentKind is the kind of document that a provider's word means; the word itself if none is known.
func documentKind(listed string) string {
	name := mapping.Bare(listed)
	if kind, known := lexicon().kinds[name]; known {
		return kind
	}
	return name
}
