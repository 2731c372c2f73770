package suggest

import (
	"encoding/csv"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// fieldRules take what the fields' own length, list and pattern allow.
type fieldRules struct{ p *pipeline.Provider }

func (r fieldRules) Accepts(field int, text string) bool {
	f := r.p.Fields[field]
	return (len(f.Enum) == 0 || slices.Contains(f.Enum, text)) &&
		(f.MaxLength == 0 || len([]rune(text)) <= f.MaxLength) &&
		(f.Pattern == "" || regexp.MustCompile(f.Pattern).MatchString(text)) &&
		(f.Format != "email" || mailLike.MatchString(text)) &&
		(f.Format != "date" || isoDate.MatchString(text)) &&
		(f.Kind != "integer" || allDigits(text)) &&
		(f.Kind != "boolean" || text == "true" || text == "false") &&
		(f.Kind != "number" || jsonNumber.MatchString(text))
}

var jsonNumber = regexp.MustCompile(`^-?\d+(\.\d+)?$`)

// plain is a text that is the same in every language.
func plain(text string) pipeline.Localized { return pipeline.Localized{"": text} }

// bank wants companies: one shape, one address, no groups.
func bank() *pipeline.Provider {
	return &pipeline.Provider{Name: "bank", Title: "Bank", Fields: []pipeline.Field{
		{Path: "kind", Required: true, Only: "BUSINESS", Enum: []string{"BUSINESS"}},
		{Path: "name", Required: true, Title: plain("Business name"), MaxLength: 40},
		{Path: "nit", Required: true, Title: plain("NIT"), Pattern: `^[0-9]{9}$`},
		{Path: "mail", Required: true, Title: plain("E-mail"), Format: "email", Help: plain("one address")},
		{Path: "mobile_number", Title: plain("Mobile phone"), Required: true, Pattern: `^\+[1-9][0-9]{6,14}$`},
		{Path: "address.line1", Title: plain("Street address")},
		{Path: "address.zip", Title: plain("Postal code"), Pattern: `^[0-9]{5}$`},
		{Path: "founded", Title: plain("Date of birth"), Format: "date"},
		{Path: "country", Title: plain("Country"), Pattern: `^[A-Z]{3}$`},
		{Path: "customer_type", Title: plain("Customer type"), Enum: []string{"individual", "business"}},
		{Path: "shoe_size", Title: plain("Shoe size")},
	}, Keys: []pipeline.Key{{Name: "nit", Field: "nit"}}}
}

// fund takes people or businesses with their owners.
func fund() *pipeline.Provider {
	both, person, company := []string{"person", "company"}, []string{"person"}, []string{"company"}
	country := `^[A-Z]{3}$`
	p := &pipeline.Provider{Name: "fund", Title: "Fund", ShapeAt: []string{"kind"}, Shapes: both, Fields: []pipeline.Field{
		{Path: "reference", Title: plain("Customer reference"), Required: true, Shapes: both, Pattern: `^[0-9a-zA-Z]+$`,
			MaxLength: 32},
		{Path: "kind", Title: plain("Customer type"), Required: true, Shapes: both, Enum: both},
		{Path: "who.firstName", Title: plain("First name"), Required: true, Shapes: person},
		{Path: "who.lastName", Title: plain("Last name"), Required: true, Shapes: person},
		{Path: "who.gender", Title: plain("Gender"), Required: true, Shapes: person, Enum: []string{"M", "F"}},
		{Path: "who.dateOfBirth", Title: plain("Date of birth"), Required: true, Shapes: person, Format: "date"},
		{Path: "who.email", Title: plain("E-mail"), Required: true, Shapes: person, Format: "email"},
		{Path: "who.documents[].type", Title: plain("Document type"), Shapes: person,
			Enum: []string{"SSN", "PASSPORT"}},
		{Path: "who.documents[].value", Title: plain("Document number"), Shapes: person, Secret: true},
		{Path: "who.documents[].country", Title: plain("Country of issue"), Shapes: person, Pattern: country},
		{Path: "firm.name", Title: plain("Business name"), Required: true, Shapes: company},
		{Path: "firm.ein", Title: plain("Federal EIN"), Required: true, Shapes: company, Pattern: `^[0-9]{9}$`},
		{Path: "firm.addresses[].type", Title: plain("Address type"), Required: true, Shapes: company,
			Enum: []string{"PRIMARY", "SECONDARY"}},
		{Path: "firm.addresses[].line1", Title: plain("Address, line 1"), Required: true, Shapes: company},
		{Path: "firm.addresses[].city", Title: plain("City"), Required: true, Shapes: company},
		{Path: "firm.phones[].type", Title: plain("Phone type"), Required: true, Shapes: company,
			Enum: []string{"MOBILE", "LANDLINE", "PRIMARY"}},
		{Path: "firm.phones[].number", Title: plain("Phone number"), Required: true, Shapes: company,
			Pattern: `^[0-9]+$`, MaxLength: 12},
		{Path: "owners[].firstName", Title: plain("Owner's first name"), Required: true, Shapes: company},
		{Path: "owners[].lastName", Title: plain("Owner's last name"), Required: true, Shapes: company},
		{Path: "owners[].documents[].type", Title: plain("Document type"), Shapes: company,
			Enum: []string{"SSN", "PASSPORT"}},
		{Path: "owners[].documents[].value", Title: plain("Document number"), Shapes: company, Secret: true},
	}}
	p.ShapeValues = [][][]string{{person}, {company}}
	return p
}

// shop has several fields for one thing.
func shop() *pipeline.Provider {
	return &pipeline.Provider{Name: "shop", Title: "Shop", Fields: []pipeline.Field{
		{Path: "mail", Title: plain("E-mail"), Required: true, Format: "email"},
		{Path: "invoice.mail", Title: plain("E-mail"), Format: "email"},
		{Path: "nit", Title: plain("NIT"), Pattern: `^[0-9]{9}$`},
		{Path: "ein", Title: plain("EIN"), Pattern: `^[0-9]{9}$`},
		{Path: "billing.city", Title: plain("City"), Required: true},
		{Path: "shipping.city", Title: plain("City"), Required: true},
		{Path: "owner.first_name", Title: plain("First name")},
	}}
}

func headerOf(names ...string) []pipeline.Column {
	header := make([]pipeline.Column, len(names))
	for i, n := range names {
		header[i] = pipeline.Column{Index: i, Name: n}
	}
	return header
}

// sampleOf reads a book written as a CSV with semicolons.
func sampleOf(t testing.TB, text string) Sample {
	t.Helper()
	r := csv.NewReader(strings.NewReader(strings.TrimSpace(text)))
	r.Comma = ';'
	records, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return Sample{Header: headerOf(records[0]...), Rows: records[1:]}
}

func suggestFor(p *pipeline.Provider, s Sample) *Suggestion {
	return Mapping(p, fieldRules{p}, s, func(slug string) string { return "t-" + slug + ".csv" })
}

// codes are words that show the code of a message and its arguments.
type codes struct{}

func (codes) Message(m *pipeline.Message) string { return m.String() }

// spelt shows a suggestion line by line: field<column|convert or field=value,
// with the first letter of its confidence; ? is missing, ! asks.
func spelt(s *Suggestion) []string {
	var out []string
	for _, l := range s.Lines {
		text := string(l.Confidence[:1]) + " " + l.Field
		switch {
		case l.Confidence == Missing:
			text = "? " + l.Field
		case l.Value != "":
			text += "=" + l.Value
		default:
			text += "<" + l.Column
		}
		if l.Convert != "" {
			text += "|" + l.Convert
		}
		if len(l.Ask) > 0 && l.Confidence != Missing {
			text += " !"
		}
		out = append(out, text)
	}
	return out
}

func TestSuggest(t *testing.T) {
	tests := []struct {
		name, book string
		provider   *pipeline.Provider
		want       []string
	}{
		{"Spanish names, values that need conversions", `NIT;Razón social;Correo electrónico;Celular;Cód. postal
900.123.456-8;UNO SAS;a@uno.example.org;310 555 12 34;05001
800123450-1;DOS SAS;b@dos.example.org;+57 311 555 1234;11001`, bank(),
			[]string{"h name<Razón social", "h nit<NIT|nit", "h mail<Correo electrónico",
				"h mobile_number<Celular|phone(CO)", "h address.zip<Cód. postal"}},
		{"what is missing comes first", "NIT;Razón social\n900123456;UNO", bank(),
			[]string{"? mail", "? mobile_number", "h name<Razón social", "h nit<NIT"}},
		{"two columns alike feed nothing",
			"NIT;Empresa;Email;E-Mail;Celular\n900123456;UNO;a@x.example.org;b@x.example.org;+573105551234", bank(),
			[]string{"? mail", "h name<Empresa", "h nit<NIT", "h mobile_number<Celular"}},
		{"a column that fits better than its like",
			"NIT;Empresa;Email;E-Mail;Celular\n900123456;UNO;;b@x.example.org;+573105551234", bank(),
			[]string{"h name<Empresa", "h nit<NIT", "h mail<E-Mail", "h mobile_number<Celular"}},
		{"by values alone", "Dato A;Dato B;Dato C;Dato D\n" +
			"900.123.456-8;UNO;a@x.example.org;+573105551234\n800123450-1;DOS;b@x.example.org;+573105551235", bank(),
			[]string{"? name", "m nit<Dato A|nit", "m mail<Dato C", "m mobile_number<Dato D"}},
		{"two columns of the same kind of value are nobody's",
			"NIT;Empresa;Dato C;Dato D;Celular\n900123456;UNO;a@x.example.org;b@x.example.org;+573105551234", bank(),
			[]string{"? mail", "h name<Empresa", "h nit<NIT", "h mobile_number<Celular"}},
		{"a phone without a country asks", "Empresa;Correo;Celular\nUNO;a@x.example.org;310 555 12 34", bank(),
			[]string{"? nit", "h name<Empresa", "h mail<Correo", "m mobile_number<Celular !"}},
		{"phones of several countries ask",
			"Empresa;Correo;Celular;País\nUNO;a@x.example.org;310 555 12 34;Colombia\n" +
				"DOS;b@x.example.org;202 555 0100;Estados Unidos", bank(),
			[]string{"? nit", "h name<Empresa", "h mail<Correo", "m mobile_number<Celular !",
				"h country<País|country-a3"}},
		{"the country says whose the phones are",
			"Empresa;Correo;Celular;País\nUNO;a@x.example.org;202 555 0100;EE. UU.", bank(),
			[]string{"? nit", "h name<Empresa", "h mail<Correo", "h mobile_number<Celular|phone(US)",
				"h country<País|country-a3"}},
		{"days beyond the 12th prove the order", "DOB\n1/2/1990\n3/25/1991", bank(),
			[]string{"? name", "? nit", "? mail", "? mobile_number", "h founded<DOB|date(M/D/YYYY)"}},
		{"and the other one", "DOB\n01/02/1990\n25/03/1991", bank(),
			[]string{"? name", "? nit", "? mail", "? mobile_number", "h founded<DOB|date(DD/MM/YYYY)"}},
		{"without proof it asks", "DOB\n01/02/1990\n03/04/1991", bank(),
			[]string{"? name", "? nit", "? mail", "? mobile_number", "m founded<DOB !"}},
		{"the header may say it", "DOB (MM/DD/YYYY)\n01/02/1990\n03/04/1991", bank(),
			[]string{"? name", "? nit", "? mail", "? mobile_number", "h founded<DOB (MM/DD/YYYY)|date(MM/DD/YYYY)"}},
		{"a header that the values belie says nothing", "DOB (MM/DD/YYYY)\n31/02/1990\n30/04/1991\n12/11/1991", bank(),
			[]string{"? name", "? nit", "? mail", "? mobile_number", "m founded<DOB (MM/DD/YYYY)|date(DD/MM/YYYY) !"}},
		{"years of two digits ask", "DOB\n25/03/91", bank(),
			[]string{"? name", "? nit", "? mail", "? mobile_number", "m founded<DOB !"}},
		{"zeros that a program ate", "ZIP\n02108\n2109\n10001", bank(),
			[]string{"? name", "? nit", "? mail", "? mobile_number", "m address.zip<ZIP|left-pad(5,0)"}},
		{"whole numbers that an export gave decimals", "NIT;Celular;ZIP\n900123456;573105551234.0;2109.0\n" +
			"900123457;573105551235;10001.0\n900123458;573105551236;02108.0", bank(),
			[]string{"? name", "? mail", "h nit<NIT", "h mobile_number<Celular|whole | phone(CO)",
				"m address.zip<ZIP|whole | left-pad(5,0)"}},
		{"a name whose values say no", "NIT;Correo\nabc;none\ndef;n/a", bank(),
			[]string{"? name", "? mobile_number", "l nit<NIT", "l mail<Correo"}},
		{"listed values by another word", "Customer type\nPersona jurídica\nEmpresa", bank(),
			[]string{"? name", "? nit", "? mail", "? mobile_number",
				"h customer_type<Customer type|map(t-customer-type.csv)"}},
		{"listed values in capitals", "Customer type\nBUSINESS\nINDIVIDUAL", bank(),
			[]string{"? name", "? nit", "? mail", "? mobile_number", "h customer_type<Customer type|lower"}},
		{"a word that only the field has", "Shoe-Size\n12", bank(),
			[]string{"? name", "? nit", "? mail", "? mobile_number", "h shoe_size<Shoe-Size"}},
		{"words inside other words are none", "Nitrogen;Ageing;Emailed by\n1;2;3", bank(),
			[]string{"? name", "? nit", "? mail", "? mobile_number"}},
		{"the business of a book with owners", "Customer no;Company name;EIN;Street;City;Phone;" +
			"Owner 1 first name;Owner 1 last name;Owner 1 SSN;Owner 2 first name;Owner 2 last name" + `
C1;Uno LLC;12-3456789;1 Main St;Austin;(512) 555-0101;Ana;Sample;666-12-3456;Rui;Sample
C2;Dos LLC;12-3456780;2 Main St;Austin;(512) 555-0102;Zoë;Sample;666-12-3457;;`, fund(),
			[]string{"h reference<Customer no", "m kind=company", "h firm.name<Company name", "h firm.ein<EIN|ein",
				"l firm.addresses[0].type=PRIMARY", "h firm.addresses[0].line1<Street",
				"h firm.addresses[0].city<City", "l firm.phones[0].type=PRIMARY",
				"h firm.phones[0].number<Phone|phone-national(US)",
				"h owners[0].firstName<Owner 1 first name", "h owners[0].lastName<Owner 1 last name",
				"h owners[0].documents[0].type=SSN", "h owners[0].documents[0].value<Owner 1 SSN|ssn",
				"h owners[1].firstName<Owner 2 first name", "h owners[1].lastName<Owner 2 last name"}},
		{"people", `Ref;Nombres;Apellidos;Sexo;Fecha nac.;Correo;Pasaporte;País de expedición del pasaporte
A1;Ana;Ejemplo;Mujer;1990-01-31;a@x.example.org;XX1;Colombia
A2;Rui;Ejemplo;Hombre;1991-02-28;b@x.example.org;XX2;Perú`, fund(),
			[]string{"h reference<Ref", "m kind=person", "h who.firstName<Nombres", "h who.lastName<Apellidos",
				"h who.gender<Sexo|map(t-gender.csv)", "h who.dateOfBirth<Fecha nac.", "h who.email<Correo",
				"h who.documents[0].type=PASSPORT", "h who.documents[0].value<Pasaporte",
				"h who.documents[0].country<País de expedición del pasaporte|country-a3"}},
		{"a whole name is not taken apart", "Ref;Full name\nA1;Ana María Ejemplo", fund(),
			[]string{"? kind", "? who.firstName", "? who.lastName", "? who.gender", "? who.dateOfBirth", "? who.email",
				"h reference<Ref"}},
		{"a reference that the provider does not take", "Customer ID;First name;Last name\nC-1;Ana;Sample", fund(),
			[]string{"? who.gender", "? who.dateOfBirth", "? who.email", "m reference<Customer ID|reference",
				"m kind=person", "h who.firstName<First name", "h who.lastName<Last name"}},
		{"the type column decides, whatever the other columns",
			"Customer type;First name;Company name\ncompany;Ana;Uno\ncompany;Rui;Dos", fund(),
			[]string{"? reference", "? firm.ein", "? firm.addresses[0].type", "? firm.addresses[0].line1",
				"? firm.addresses[0].city", "? firm.phones[0].type", "? firm.phones[0].number", "? owners[0].lastName",
				"h kind<Customer type", "h firm.name<Company name", "m owners[0].firstName<First name"}},
		{"owners who are counted from nought", "Company;Owner 0 first name;Owner 1 first name\nUno;Ana;Rui", fund(),
			[]string{"? reference", "? firm.ein", "? firm.addresses[0].type", "? firm.addresses[0].line1",
				"? firm.addresses[0].city", "? firm.phones[0].type", "? firm.phones[0].number", "? owners[0].lastName",
				"? owners[1].lastName",
				"m kind=company", "h firm.name<Company", "h owners[0].firstName<Owner 0 first name",
				"h owners[1].firstName<Owner 1 first name"}},
		{"an owner and a signer are two people",
			"Company;Owner first name;Owner last name;Signer first name;Signer last name\nUno;Ana;A;Rui;B", fund(),
			[]string{"? reference", "? firm.ein", "? firm.addresses[0].type", "? firm.addresses[0].line1",
				"? firm.addresses[0].city", "? firm.phones[0].type", "? firm.phones[0].number",
				"m kind=company", "h firm.name<Company", "h owners[0].firstName<Owner first name",
				"h owners[0].lastName<Owner last name",
				"h owners[1].firstName<Signer first name", "h owners[1].lastName<Signer last name"}},
		{"two addresses", "Company;City;Street;Mailing city;Mailing street\nUno;A;1 St;B;2 St", fund(),
			[]string{"? reference", "? firm.ein", "? firm.phones[0].type", "? firm.phones[0].number",
				"? owners[0].firstName", "? owners[0].lastName",
				"m kind=company", "h firm.name<Company", "l firm.addresses[0].type=PRIMARY",
				"h firm.addresses[0].line1<Street", "h firm.addresses[0].city<City",
				"l firm.addresses[1].type=SECONDARY", "h firm.addresses[1].line1<Mailing street",
				"h firm.addresses[1].city<Mailing city"}},
		{"an SSN whose header says nothing",
			"Ref;First name;Last name;Clave\nA1;Ana;A;666-12-3456\nA2;Rui;B;666-12-3457", fund(),
			[]string{"? who.gender", "? who.dateOfBirth", "? who.email", "h reference<Ref", "m kind=person",
				"h who.firstName<First name", "h who.lastName<Last name",
				"h who.documents[0].type=SSN", "m who.documents[0].value<Clave|ssn"}},
		{"men who are hombres", "Sexo\nH\nM", fund(),
			[]string{"? reference", "? who.firstName", "? who.lastName", "? who.dateOfBirth", "? who.email",
				"m kind=person", "h who.gender<Sexo|map(t-gender.csv)"}},
		{"one column for one of two fields", "E-mail;Tax ID;City;Owner 1 first name\na@x.example.org;900123456;A;Ana",
			shop(),
			[]string{"? shipping.city", "m mail<E-mail", "m nit<Tax ID", "m billing.city<City",
				"h owner.first_name<Owner 1 first name"}},
		{"two columns told apart by their own words", "Shipping city;Billing city;E-mail\nA;B;a@x.example.org", shop(),
			[]string{"m mail<E-mail", "h billing.city<Billing city", "h shipping.city<Shipping city"}},
		{"a date of nothing in particular", "Fecha\n1990-12-31", bank(),
			[]string{"? name", "? nit", "? mail", "? mobile_number"}},
		{"check digits in a column of their own",
			"Número documento;DV;Teléfono 1\n900123456;8;3105551234\n900123457;5;3115551234", bank(),
			[]string{"? name", "? mail", "h nit<Número documento", "h mobile_number<Teléfono 1|phone(CO)"}},
		{"wrong ones prove nothing", "Número documento;DV;Teléfono 1\n900123456;8;3105551234\n900123457;6;3115551234",
			bank(),
			[]string{"? name", "? mail", "m nit<Número documento", "m mobile_number<Teléfono 1 !"}},
		{"of rows of two types the many count",
			"Customer type;First name;Company name;EIN\nperson;Ana;;\ncompany;;Uno;12-3456789\ncompany;;Dos;12-3456780",
			fund(),
			[]string{"? reference", "? firm.addresses[0].type", "? firm.addresses[0].line1", "? firm.addresses[0].city",
				"? firm.phones[0].type", "? firm.phones[0].number", "? owners[0].firstName", "? owners[0].lastName",
				"h kind<Customer type", "h firm.name<Company name", "h firm.ein<EIN|ein"}},
		{"columns that serve both types", "Ref;Company;First name;Last name\nA1;Uno;Ana;A", fund(),
			[]string{"? who.gender", "? who.dateOfBirth", "? who.email", "h reference<Ref", "l kind=person",
				"h who.firstName<First name", "h who.lastName<Last name"}},
		{"what a list calls those in it heads their names", "Tercero;Cliente No.\nUNO SAS;1\nDOS Ltda.;2", fund(),
			[]string{"? firm.ein", "? firm.addresses[0].type", "? firm.addresses[0].line1", "? firm.addresses[0].city",
				"? firm.phones[0].type", "? firm.phones[0].number", "? owners[0].firstName", "? owners[0].lastName",
				"h reference<Cliente No.", "m kind=company", "h firm.name<Tercero"}},
		{"boxes of a form are not counted addresses",
			"35. Razón social;40. Ciudad;41. Dirección\nUNO SAS;Cali;Calle 1", fund(),
			[]string{"? reference", "? firm.ein", "? firm.phones[0].type", "? firm.phones[0].number",
				"? owners[0].firstName", "? owners[0].lastName", "m kind=company", "h firm.name<35. Razón social",
				"l firm.addresses[0].type=PRIMARY", "h firm.addresses[0].line1<41. Dirección",
				"h firm.addresses[0].city<40. Ciudad"}},
		{"a number that names nobody is no owner's",
			"Customer type;Razón social;Identificación\ncompany;UNO SAS;X1\ncompany;DOS SAS;X2", fund(),
			[]string{"? reference", "? firm.ein", "? firm.addresses[0].type", "? firm.addresses[0].line1",
				"? firm.addresses[0].city", "? firm.phones[0].type", "? firm.phones[0].number", "? owners[0].firstName",
				"? owners[0].lastName", "h kind<Customer type", "h firm.name<Razón social"}},
		{"a supplier beside a last name is no first name", "Customer type;Fornecedor;Nome;Sobrenome\n" +
			"person;Um;Ana;A\nperson;Dois;Rui;B", fund(),
			[]string{"? reference", "? who.gender", "? who.dateOfBirth", "? who.email", "h kind<Customer type",
				"m who.firstName<Nome", "h who.lastName<Sobrenome"}},
		{"Portuguese", "Razão social;E-mail;Telefone celular;Endereço\nUm Ltda.;a@x.example.org;+5511955550101;Rua A, 1",
			bank(), []string{"? nit", "h name<Razão social", "h mail<E-mail", "h mobile_number<Telefone celular",
				"h address.line1<Endereço"}},
		{"no rows", "NIT;Razón social;Correo;Celular", bank(),
			[]string{"m name<Razón social", "m nit<NIT", "m mail<Correo", "m mobile_number<Celular"}},
		{"a line break in a header", "\"Razón\nsocial\";NIT\nUNO;900123456", bank(),
			[]string{"? mail", "? mobile_number", "h name<Razón social", "h nit<NIT"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := suggestFor(tt.provider, sampleOf(t, tt.book))
			if diff := cmp.Diff(tt.want, spelt(s)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
				for _, l := range s.Lines {
					t.Log(l.Field, l.Note())
				}
			}
		})
	}
}

// TestALongBookIsNoted: a row for each owner is not several customers.
func TestALongBookIsNoted(t *testing.T) {
	p := fund()
	p.Keys = []pipeline.Key{{Name: "ein", Field: "firm.ein"}}
	long := "Company;EIN;Owner first name\nUno;12-3456789;Ana\nUno;12-3456789;Rui\nDos;12-3456780;Zoë"
	if s := suggestFor(p, sampleOf(t, long)); len(s.Notes) != 1 ||
		s.Notes[0].String() != `suggest.long_book column="EIN"` {
		t.Errorf("notes %q", s.Notes)
	}
	wide := "Company;EIN;Owner first name\nUno;12-3456789;Ana\nDos;12-3456780;Zoë\nUno;12-3456789;Rui"
	if s := suggestFor(p, sampleOf(t, wide)); len(s.Notes) != 0 {
		t.Errorf("notes %q", s.Notes)
	}
}
