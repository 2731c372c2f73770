package mapping

import (
	"slices"
	"strings"
	"sync"
)

// concept is a word of the trade that columns of a book and fields of a
// provider share. A provider's field is joined with a concept by its own title
// and path, never by the provider's name.
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
	aCustomerType concept = "customer type"
	anAddressType concept = "address type"
	aPhoneType    concept = "phone type"
	aDocumentType concept = "document type"
	aPersonType   concept = "representative type"
	aReference    concept = "reference"
	anID          concept = "ID"
	// somethingElse is what people keep in books and no provider's field is
	// meant by; its words are listed so that a part of them (the "country" of
	// "country of birth") is not taken for the whole.
	somethingElse concept = "something else"
)

// conceptWords are the names of the concepts in English and Spanish, as people
// head columns with them. Case, accents and what parts words do not matter.
var conceptWords = map[concept][]string{
	aBusinessName: {"business name", "company name", "legal name", "legal entity name", "legal business name", "registered name", "merchant name", "organization name",
		"organisation name", "corporate name", "entity name", "name of business", "name of company", "razón social", "nombre empresa", "nombre de la empresa",
		"nombre de empresa", "nombre del comercio", "nombre comercio", "nombre jurídico", "nombre legal", "denominación social", "denominación", "nombre o razón social", "nombre razón social",
		"razón social o nombre", "nombre del negocio", "nombre de la sociedad", "nombre de la compañía"},
	aTradeName: {"trade name", "dba", "doing business as", "trading name", "trading as", "nombre comercial", "brand name", "marca"},
	aFullName: {"full name", "complete name", "nombre completo", "nombres y apellidos", "nombre y apellido", "nombre y apellidos", "apellidos y nombres", "contact name", "contact person",
		"nombre contacto", "nombre de contacto", "nombre del contacto", "persona de contacto", "nombre del titular", "name of owner"},
	aName: {"name", "nombre", "customer name", "client name", "nombre cliente", "nombre del cliente", "account name"},
	aFirstName: {"first name", "first names", "given name", "given names", "forename", "fname", "first", "nombres", "nombre s", "primer nombre", "nombre de pila",
		"name first"},
	aLastName: {"last name", "last names", "surname", "surnames", "family name", "lname", "last", "apellido", "apellidos", "apellido s", "primer apellido", "apellido paterno", "name last"},
	anEmail: {"email", "email address", "mail", "mail address", "correo", "correo electrónico", "correo e", "dirección de correo", "dirección de correo electrónico", "dirección electrónica",
		"emails", "email id", "buzón"},
	aPhone: {"phone", "phone number", "phones", "telephone", "telephone number", "tel", "teléfono", "teléfonos", "número de teléfono", "número telefónico", "contact number", "mobile", "mobile phone",
		"mobile number", "mobile phone number", "cell", "cell phone", "cell number", "cellular", "celular", "número celular", "número de celular", "móvil", "teléfono móvil", "teléfono celular",
		"cel", "tel cel", "landline", "fijo", "teléfono fijo", "office phone", "work phone", "home phone"},
	aDiallingCode: {"country dialling code", "country dialing code", "dialling code", "dialing code", "dial code", "phone country code", "phone code", "calling code", "country calling code",
		"indicativo", "indicativo país", "indicativo del país", "código de país teléfono", "prefijo telefónico", "prefijo internacional"},
	aNIT: {"nit", "número de nit", "número nit", "nit sin dv", "nit con dv", "nit dv", "nit empresa", "número de identificación tributaria", "identificación tributaria", "rut"},
	anEIN: {"ein", "fein", "federal ein", "ein number", "employer identification number", "employer id", "employer id number", "federal tax id", "federal tax number", "federal id",
		"business tax id", "company tax id"},
	aTaxID: {"tax id", "tax id number", "tax number", "tax identification number", "tax identification", "taxpayer id", "taxpayer identification number", "tax no", "identificación fiscal", "número fiscal",
		"número de identificación fiscal", "id fiscal"},
	aDocument: {"document number", "document", "id number", "id document", "identification number", "identification", "identification document", "número de identificación", "número identificación", "identificación",
		"no identificación", "nro identificación", "documento", "número documento", "número de documento", "documento de identidad", "nro documento", "no documento", "doc number"},
	anIssueLand:   {"country of issue", "issuing country", "issuance country", "issue country", "country of issuance", "país de expedición", "país de emisión", "país emisor", "país expedición"},
	anIssueRegion: {"region of issue", "issuing region", "issuing state", "issuance region", "issuance state", "state of issue", "departamento de expedición", "lugar de expedición"},
	anExpiryDate: {"expiry date", "expiration date", "date of expiry", "expires", "expires on", "expiry", "expiration", "valid until", "fecha de vencimiento", "fecha vencimiento", "vencimiento", "vence",
		"fecha de expiración", "válido hasta"},
	aBirthDate: {"date of birth", "birth date", "birthday", "dob", "born", "born on", "fecha de nacimiento", "fecha nacimiento", "nacimiento", "f nacimiento", "fecha nac", "f nac", "fec nac", "fecha de nac",
		"cumpleaños"},
	aGender:      {"gender", "sex", "sexo", "género"},
	aCitizenship: {"citizenship", "nationality", "country of citizenship", "citizen of", "citizenship country", "citizenship country code", "nacionalidad", "ciudadanía", "país de nacionalidad", "país de ciudadanía"},
	aStreet: {"address", "address line 1", "street address line 1", "address 1", "street address", "street", "street 1", "line 1", "addr", "addr 1", "addr line 1", "dirección", "dirección 1",
		"dirección línea 1", "línea 1", "calle", "calle y número", "domicilio", "addresses"},
	aSecondLine: {"address line 2", "street address line 2", "address 2", "street 2", "line 2", "addr 2", "addr line 2", "apt", "apartment", "suite", "unit", "apt suite", "apt unit", "dirección 2",
		"dirección línea 2", "línea 2", "apartamento", "apto", "piso", "interior", "complemento", "complemento dirección", "complemento de dirección"},
	aCity:       {"city", "town", "city town", "ciudad", "municipio", "localidad", "población", "ciudad municipio"},
	aState:      {"state", "state code", "us state", "state or region", "state region", "state province", "state or province", "province", "region", "departamento", "departamento estado", "depto", "dpto", "estado", "provincia", "región"},
	aPostalCode: {"postal code", "post code", "zip", "zip code", "zip postal code", "zip postal", "zip or postal code", "postal", "código postal", "cod postal", "cp", "código zip"},
	aCountry: {"country", "country code", "country name", "país", "código país", "código de país", "código del país", "country of residence", "país de residencia", "residence country", "nombre país",
		"country iso", "country iso code", "country region", "country or region", "país región"},
	aCustomerType: {"customer type", "type of customer", "client type", "entity type", "tipo cliente", "tipo de cliente", "tipo de persona", "tipo persona", "person type", "customer kind", "business or individual",
		"individual or business", "kind of customer"},
	anAddressType: {"address type", "type of address", "tipo de dirección", "tipo dirección"},
	aPhoneType:    {"phone type", "type of phone", "tipo de teléfono", "tipo teléfono"},
	aDocumentType: {"document type", "type of document", "id type", "identification type", "identification document type", "tipo documento", "tipo de documento", "tipo de identificación", "tipo identificación",
		"tipo id", "tipo doc", "doc type"},
	aPersonType: {"representative type", "owner type", "signer type", "business representative type", "representative role", "owner role", "tipo de representante", "tipo representante", "tipo de socio"},
	aReference: {"reference", "reference number", "customer reference", "client reference", "external reference", "external id", "customer id", "client id", "merchant id", "customer number", "customer code",
		"client code", "merchant code", "ref", "código", "código cliente", "código de cliente", "código del cliente", "id cliente", "id de cliente", "referencia", "número de cliente", "record id"},
	anID: {"id", "identifier", "identificador", "uuid"},
	somethingElse: {"fax", "website", "web site", "url", "web", "página web", "sitio web", "notes", "comments", "observaciones", "notas", "comentarios", "created at", "created on", "created", "creation date", "create date", "created date",
		"date created", "updated at", "fecha de creación", "fecha creación", "registration date", "fecha de registro", "fecha registro", "incorporation date", "date of incorporation", "formation date",
		"fecha de constitución", "fecha constitución", "date of issue", "issue date", "fecha de expedición", "fecha expedición", "marital status", "estado civil", "status", "estado cuenta",
		"estado del cliente", "estado cliente", "occupation", "job title", "title", "cargo", "ocupación", "profesión", "industry", "sector", "macrosector", "ciiu", "naics", "mcc", "sic", "revenue", "ingresos", "income", "ownership",
		"ownership percentage", "percent", "percentage", "porcentaje", "participación", "bank", "bank account", "account number", "bank name", "banco", "cuenta", "cuenta bancaria", "número de cuenta", "routing number", "sort code",
		"currency", "moneda", "middle name", "middle initial", "second name", "segundo nombre", "segundo apellido", "apellido materno", "second last name", "suffix", "prefix", "place of birth",
		"birth place", "birth country", "country of birth", "city of birth", "state of birth", "birth city", "birth state", "país de nacimiento", "lugar de nacimiento", "ciudad de nacimiento",
		"state of incorporation", "country of incorporation", "state of formation", "incorporation state", "incorporation country", "tipo de empresa", "tipo de sociedad", "business type", "company type",
		"legal structure", "entity structure", "dv", "dígito de verificación", "dígito verificación", "dígito de chequeo", "check digit", "row", "row number", "item", "consecutivo", "supervisor", "vendedor",
		"sales rep", "account manager", "asesor", "area code", "timezone", "time zone", "language", "idioma", "username", "user name", "usuario", "password", "contraseña", "ip address", "mac address", "latitude", "longitude",
		"bank country", "phone verified", "email verified", "email status", "email type", "county", "barrio", "neighborhood", "whatsapp", "extension", "ext", "extensión"},
}

// documentWords are the kinds of identity document by the names that people
// give them. A provider's list of kinds is joined with them by its own words.
var documentWords = map[string][]string{
	"ssn":      {"ssn", "ssn number", "social security", "social security number", "social security no", "seguro social", "número de seguro social", "número seguro social"},
	"sin":      {"sin number", "social insurance number"},
	"nin":      {"nin", "national id", "national id number", "national identification number", "national identity number", "cédula", "cédula de ciudadanía", "número de cédula", "dni", "curp"},
	"tin":      {"tin", "itin", "tin number"},
	"passport": {"passport", "passport number", "passport no", "pasaporte", "número de pasaporte", "número pasaporte"},
	"driving license": {"driving license", "driving licence", "drivers license", "driver license", "drivers licence", "driver licence", "drivers license number", "driver license number", "dl number", "license number",
		"licencia de conducir", "licencia de conducción"},
	"consular":             {"consular id", "matrícula consular"},
	"voter":                {"voter id", "voter card", "credencial de elector"},
	"military id":          {"military id", "libreta militar"},
	"government issued id": {"government id", "government issued id"},
}

// personWords are the parts that people have in a business, by the names for
// them.
var personWords = map[string][]string{
	"owner":  {"owner", "owners", "beneficial owner", "beneficial owners", "ubo", "principal owner", "propietario", "propietaria", "dueño", "dueña", "beneficiario final", "control person"},
	"signer": {"signer", "authorized signer", "authorised signer", "signatory", "authorized signatory", "firmante", "apoderado", "apoderada"},
	"representative": {"representative", "representatives", "legal representative", "legal rep", "rep", "business representative", "business representatives", "company representative",
		"representante", "representantes", "representante legal", "rep legal", "rl"},
	"director":    {"director", "directors", "officer", "gerente", "gerente general"},
	"shareholder": {"shareholder", "shareholders", "accionista"},
	"partner":     {"partner", "partners", "socio", "socia"},
	"member":      {"member", "members", "miembro"},
}

// businessWords say that a column is the business's own.
var businessWords = []string{"business", "company", "merchant", "corporate", "entity", "organization", "organisation", "empresa", "comercio", "negocio", "compañía", "sociedad", "store", "shop"}

// addressWords tell one address of a customer from another.
var addressWords = []string{"billing", "mailing", "shipping", "home", "residential", "residence", "physical", "headquarters", "office", "secondary", "alternate", "facturación",
	"correspondencia", "residencia", "fiscal", "notificación", "envío", "secundaria", "secundario"}

var mobileWords = []string{"cel", "mobile", "cell", "cellular", "cellphone", "celular", "móvil"}

var landlineWords = []string{"cel", "tel cel", "landline", "fijo", "office", "work", "home"}

// ordinalWords number persons and addresses.
var ordinalWords = map[string]int{"first": 1, "1st": 1, "primer": 1, "primero": 1, "primera": 1, "second": 2, "2nd": 2, "segundo": 2, "segunda": 2, "third": 3, "3rd": 3, "tercer": 3, "tercero": 3,
	"fourth": 4, "4th": 4, "cuarto": 4}

// fillWords say nothing about what a column holds.
var fillWords = []string{"of", "the", "for", "de", "del", "la", "el", "los", "las", "number", "número", "nro", "num", "no", "n", "o", "or", "y", "and", "a", "in", "en", "s", "full", "value", "valor",
	"code", "código", "cod", "main", "primary", "principal", "current", "actual", "legal", "registered", "required", "optional", "requerido", "obligatorio", "opcional", "customer", "customers", "client", "cliente", "clientes",
	"individual", "titular", "contact", "contacto", "user", "persona", "person", "dd", "mm", "yyyy", "aaaa", "d", "m", "iso", "alpha", "a2", "a3", "us", "usa", "data", "datos", "info", "holder", "natural", "jurídica", "electronic",
	"e", "col", "colombia", "sin", "con", "puntos", "guiones", "without", "with"}

// statusWords are values of a status, which Spanish calls by the word for a
// state: estado.
var statusWords = []string{"active", "inactive", "activo", "activa", "inactivo", "inactiva", "pending", "pendiente", "open", "closed", "abierto", "cerrado", "blocked", "bloqueado", "suspended",
	"suspendido", "approved", "rejected", "aprobado", "rechazado", "enabled", "disabled", "nuevo", "new"}

// valueWords are what people write for a value of a provider's list, by the
// list's own word, bare. One that several lists share means the same in all.
var valueWords = map[string][]string{
	"individual":        {"person", "natural person", "persona", "persona natural", "natural", "persona física", "física", "pn", "consumer", "personal"},
	"business":          {"company", "corporate", "organization", "organisation", "legal entity", "legal person", "empresa", "persona jurídica", "jurídica", "persona moral", "moral", "pj", "merchant", "comercio", "negocio"},
	"m":                 {"male", "man", "masculino", "hombre", "masc", "varón"},
	"f":                 {"female", "woman", "femenino", "mujer", "fem"},
	"mobile":            {"cell", "cellular", "cell phone", "celular", "móvil"},
	"landline":          {"home", "office", "work", "fijo", "casa", "oficina"},
	"primary":           {"main", "principal", "home", "primaria", "primario"},
	"secondary":         {"secundaria", "secundario", "alternate", "other", "mailing"},
	"principal owner":   {"owner", "beneficial owner", "ubo", "propietario", "dueño", "beneficiario final"},
	"authorized signer": {"signer", "signatory", "authorised signer", "firmante", "apoderado"},
	"ssn":               {"social security", "social security number", "seguro social"},
	"nin":               {"national id", "cédula", "cédula de ciudadanía", "cc", "dni"},
	"passport":          {"pasaporte", "pp"},
	"driving license":   {"drivers license", "driver license", "driving licence", "dl", "licencia de conducir", "licencia de conducción"},
	"tin":               {"itin", "taxpayer", "tax id"},
}

// wordKind is what an entry of the lexicon is.
type wordKind int

const (
	isConcept wordKind = iota
	isDocument
	isPerson
	isBusiness
	isAddress
)

type word struct {
	kind  wordKind
	means string
	runs  int // how many words
}

// lexicon has every name by its letters without the spaces between its words:
// "zip code", "zipcode" and "ZIP-Code" are one.
var lexicon = sync.OnceValue(func() map[string]word {
	all := map[string]word{}
	add := func(kind wordKind, means string, names []string) {
		for _, name := range names {
			words := strings.Fields(bare(name))
			all[strings.Join(words, "")] = word{kind, means, len(words)}
		}
	}
	for _, w := range addressWords {
		add(isAddress, bare(w), []string{w})
	}
	add(isBusiness, "business", businessWords)
	for means, names := range personWords {
		add(isPerson, means, names)
	}
	for means, names := range documentWords {
		add(isDocument, means, names)
	}
	for means, names := range conceptWords {
		add(isConcept, string(means), names)
	}
	return all
})

// wordSet is a list of words, bare.
func wordSet(lists ...[]string) map[string]bool {
	set := map[string]bool{}
	for _, list := range lists {
		for _, w := range list {
			set[bare(w)] = true
		}
	}
	return set
}

var fillers = sync.OnceValue(func() map[string]bool { return wordSet(fillWords) })

// documentKind is the kind of document that a provider's word for it means;
// the word itself where none is known.
func documentKind(listed string) string {
	name := bare(listed)
	for kind, names := range documentWords {
		if name == kind || slices.ContainsFunc(names, func(n string) bool { return bare(n) == name }) {
			return kind
		}
	}
	return name
}
