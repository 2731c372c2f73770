package suggest

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline/mapping"
)

// TestNamesMeanOneThing: a name in two lists would mean now this and now that.
func TestNamesMeanOneThing(t *testing.T) {
	lists, err := readWords(wordsFile)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	see := func(means string, names []string) {
		for _, n := range names {
			joined := strings.ReplaceAll(mapping.Bare(n), " ", "")
			if joined == "" {
				t.Errorf("%s has a name without letters: %q", means, n)
			}
			if other, twice := seen[joined]; twice && other != means {
				t.Errorf("%q is a name of %s and of %s", n, other, means)
			}
			seen[joined] = means
		}
	}
	for c, names := range lists.Concepts {
		see(string(c), names)
	}
	for kind, names := range lists.Documents {
		see("the document "+kind, names)
	}
	for part, names := range lists.Persons {
		see("the person "+part, names)
	}
	see("a business", lists.Business)
	see("a party", lists.Parties)
	see("an address", lists.Addresses)
	for listed, names := range lists.Values {
		for _, n := range names {
			if n == listed {
				t.Errorf("%s is listed as another word for itself", n)
			}
		}
	}
}

// TestConceptsHaveNames: a concept that words.yaml spells otherwise than the
// program would be known by no header.
func TestConceptsHaveNames(t *testing.T) {
	lists, err := readWords(wordsFile)
	if err != nil {
		t.Fatal(err)
	}
	want := []concept{aBusinessName, aTradeName, aFullName, aName, aFirstName, aLastName, anEmail, aPhone,
		aDiallingCode, aNIT, anEIN, aTaxID, aDocument, anIssueLand, anIssueRegion, anExpiryDate, aBirthDate, aGender,
		aCitizenship, aStreet, aSecondLine, aCity, aState, aPostalCode, aCountry,
		aCategoryCode, aCustomerType, anAddressType, aPhoneType, aDocumentType, aPersonType, aReference, anID, somethingElse}
	slices.Sort(want)
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(lists.Concepts))); diff != "" {
		t.Errorf("(-in the program +in words.yaml):\n%s", diff)
	}
	for name, list := range map[string][]string{"business": lists.Business, "addresses": lists.Addresses,
		"mobile": lists.Mobile, "landline": lists.Landline, "fillers": lists.Fillers, "statuses": lists.Statuses,
		"check digits": lists.CheckDigits, "parties": lists.Parties, "numberings": lists.Numberings,
		"legal forms": lists.LegalForms} {
		if len(list) < 5 {
			t.Errorf("%s has %d words", name, len(list))
		}
	}
	for listed := range lists.Values {
		if listed != mapping.Bare(listed) {
			t.Errorf("values are listed by a word with case or accents: %q", listed)
		}
	}
	if _, err := readWords([]byte("concept: {name: [nombre]}")); err == nil {
		t.Error("a list that the program does not know is taken")
	}
}

func TestSplitWords(t *testing.T) {
	for name, want := range map[string]string{
		"Correo Electrónico":             "correo electronico",
		"E-mail":                         "e mail",
		"firstName":                      "first name",
		"businessFederalEin":             "business federal ein",
		"NITEmpresa":                     "nit empresa",
		"N.I.T.":                         "nit",
		"customer.addresses[0].city":     "customer addresses 0 city",
		"billing_address.zip_code":       "billing address zip code",
		"Owner2FirstName":                "owner 2 first name",
		"2nd owner":                      "2nd owner",
		"countryCodeA3":                  "country code a3",
		"INGRESOS OPERACIONALES\n2018*":  "ingresos operacionales 2018",
		"Owner’s name":                   "owners name",
		"":                               "",
		"\u200b":                         "",
		"Nombre(s)":                      "nombre s",
		"Código postal / ZIP":            "codigo postal zip",
		"Fecha de nacimiento (DD/MM/AA)": "fecha de nacimiento dd mm aa",
	} {
		if got := strings.Join(splitWords(name), " "); got != want {
			t.Errorf("%q has the words %q, want %q", name, got, want)
		}
	}
}

func TestReadLabel(t *testing.T) {
	for name, want := range map[string]label{
		"NIT":                                {concept: aNIT, whole: true},
		"RAZÓN  SOCIAL":                      {concept: aBusinessName, whole: true},
		"Legal name":                         {concept: aBusinessName, whole: true},
		"Company":                            {concept: aBusinessName, whole: true, business: true},
		"Company name":                       {concept: aBusinessName, whole: true},
		"e_mail":                             {concept: anEmail, whole: true},
		"Correo electrónico":                 {concept: anEmail, whole: true},
		"Business phone":                     {concept: aPhone, whole: true, business: true},
		"Teléfono móvil":                     {concept: aPhone, whole: true, mobile: true},
		"Teléfono fijo":                      {concept: aPhone, whole: true, landline: true},
		"Phone country code":                 {concept: aDiallingCode, whole: true},
		"Country code":                       {concept: aCountry, whole: true},
		"zip/postal code":                    {concept: aPostalCode, whole: true},
		"DEPARTAMENTO DOMICILIO":             {concept: aState, whole: true},
		"CIUDAD DOMICILIO":                   {concept: aCity, whole: true},
		"Address line 2":                     {concept: aSecondLine, whole: true},
		"Address 2 city":                     {concept: aCity, whole: true, groupNo: 2},
		"Mailing city":                       {concept: aCity, whole: true, group: "mailing"},
		"Owner 2 first name":                 {concept: aFirstName, whole: true, person: "owner", personNo: 2},
		"2nd owner last name":                {concept: aLastName, whole: true, person: "owner", personNo: 2},
		"Second owner DOB":                   {concept: aBirthDate, whole: true, person: "owner", personNo: 2},
		"Socio 1 Apellido(s)":                {concept: aLastName, whole: true, person: "partner", personNo: 1},
		"Representante legal":                {concept: aFullName, whole: true, person: "representative"},
		"Owner SSN":                          {concept: aDocument, whole: true, document: "ssn", person: "owner"},
		"Passport country":                   {concept: anIssueLand, whole: true, document: "passport"},
		"Passport expiry":                    {concept: anExpiryDate, whole: true, document: "passport"},
		"Fecha de nacimiento (DD/MM/AAAA)":   {concept: aBirthDate, whole: true, order: "DMY"},
		"DOB (MM/DD/YYYY)":                   {concept: aBirthDate, whole: true, order: "MDY"},
		"City, ZIP":                          {concept: aCity, whole: true, mixed: true},
		"customer.addresses[1].city":         {concept: aCity, whole: true, groupNo: 2},
		"Blue e-mail":                        {concept: anEmail},
		"Estado civil":                       {concept: somethingElse, whole: true},
		"Country of birth":                   {concept: somethingElse, whole: true},
		"State of incorporation":             {concept: somethingElse, whole: true},
		"40. Ciudad/Municipio":               {concept: aCity, whole: true},
		"2) Dirección":                       {concept: aStreet, whole: true},
		"Proveedor":                          {concept: aName, whole: true, party: true},
		"Nombre del proveedor":               {concept: aName, whole: true},
		"Código proveedor":                   {concept: aReference, whole: true},
		"Parent company":                     {concept: somethingElse, whole: true},
		"Company picnic":                     {business: true},
		"GRUPO EN NIIF":                      {},
		"TOTAL ACTIVOS 2018":                 {},
		"CIIU":                               {concept: somethingElse, whole: true},
		"Nitrogen":                           {},
		"City of residence (Estado/Country)": {concept: aCity, whole: true, group: "residence", mixed: true},
	} {
		if diff := cmp.Diff(want, readLabel(name), cmp.AllowUnexported(label{})); diff != "" {
			t.Errorf("%q (-want +got):\n%s", name, diff)
		}
	}
}
