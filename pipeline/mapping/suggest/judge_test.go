package suggest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// TestValuesJudge: what a column's values say bounds what its header says.
func TestValuesJudge(t *testing.T) {
	for _, tt := range []struct {
		name, book string
		provider   *pipeline.Provider
		want       []string
	}{
		{"a key whose values repeat", "NIT;Razón social\n900123456;UNO\n900123457;DOS\n900123456;UNO", bank(),
			[]string{"? mail", "? mobile_number", "h name<Razón social", "m nit<NIT"}},
		{"the field's own name does not make it surer", "nit;name\n900123456;1\n900123457;2\n900123456;3", bank(),
			[]string{"? mail", "? mobile_number", "l name<name", "m nit<nit"}},
		{"a key whose values repeat in another spelling", "NIT;Razón social\n900.123.456-8;UNO\n900123456;DOS", bank(),
			[]string{"? mail", "? mobile_number", "h name<Razón social", "m nit<NIT|nit"}},
		{"names that are e-mail addresses, phones that are names",
			"NIT;Razón social;Celular\n900123456;a@x.example.org;UNO\n900123457;b@x.example.org;DOS", bank(),
			[]string{"? mail", "l name<Razón social", "h nit<NIT", "l mobile_number<Celular"}},
		{"a key of a few values", "NIT\n900123456\n900123456\n900123456\n900123456\n900123457", bank(),
			[]string{"? name", "? mail", "? mobile_number", "m nit<NIT"}},
		{"a key of one value", "NIT\n900123456\n900123456\n900123456\n900123456", bank(),
			[]string{"? name", "? mail", "? mobile_number", "l nit<NIT"}},
		{"a name that is all numbers", "Razón social;NIT\n4711;900123456\n4712;900123457", bank(),
			[]string{"? mail", "? mobile_number", "l name<Razón social", "h nit<NIT"}},
		{"a name that is a number now and then", "Razón social;NIT\n4711;900123456\nUNO;900123457\nDOS;900123458", bank(),
			[]string{"? mail", "? mobile_number", "m name<Razón social", "h nit<NIT"}},
		{"an empty column", "name;NIT\n;900123456\n;900123457", bank(),
			[]string{"? mail", "? mobile_number", "m name<name", "h nit<NIT"}},
		{"a column that most rows leave empty", "name;NIT;country\nUNO;900123456;COL\n;900123457;\n;900123458;", bank(),
			[]string{"? mail", "? mobile_number", "m name<name", "h nit<NIT", "h country<country"}},
		{"names of people are hardly those of businesses",
			"Cliente\nAna Muestra\nLuis Prueba\nRui Sample\nZoë Example\nMarta Ensayo", bank(),
			[]string{"? nit", "? mail", "? mobile_number", "l name<Cliente"}},
		{"with other words it is something else of theirs",
			"Parent company;Years in business;Cliente frecuente;Nombre archivo;Código de barras\nUNO;2;sí;a;1", fund(),
			[]string{"? reference", "? kind", "? who.firstName", "? who.lastName", "? who.gender", "? who.dateOfBirth",
				"? who.email"}},
		{"numbers under a part of a text's name are something else", "Street tally\n1\n2", bank(),
			[]string{"? name", "? nit", "? mail", "? mobile_number"}},
		{"a landline is no mobile", "Teléfono fijo\n+576015550101\n+576015550102", bank(),
			[]string{"? name", "? nit", "? mail", "? mobile_number"}},
		{"the tax number of another country is no NIT", "RUT\n76.555.001-K\n76.555.002-8\n900123456", bank(),
			[]string{"? name", "? nit", "? mail", "? mobile_number"}},
		{"a name of two lines", "NIT;Razón social\n900123456;\"UNO\nSAS\"\n900123457;DOS", bank(),
			[]string{"? mail", "? mobile_number", "h name<Razón social|collapse", "h nit<NIT"}},
		{"placeholders are no names", "NIT;Razón social\n900123456;N/A\n900123457;N/A\n900123458;UNO", bank(),
			[]string{"? mail", "? mobile_number", "l name<Razón social", "h nit<NIT"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, spelt(suggestFor(tt.provider, sampleOf(t, tt.book)))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestReferencesAreMadeFromNumbers: a number that tells customers apart, and that
// the provider has no field for, may become their reference.
func TestReferencesAreMadeFromNumbers(t *testing.T) {
	for book, want := range map[string]string{
		"Company;NIT\nUno;900123456\nDos;900123457":         `suggest.make_reference column="NIT"`,
		"Company;NIT\nUno;900123456\nDos;900123456":         "",
		"Company;Owner 1 SSN\nUno;666120001\nDos;666120002": "",
	} {
		got := ""
		for _, l := range suggestFor(fund(), sampleOf(t, book)).Lines {
			for _, m := range l.Ask {
				if l.Field == "reference" {
					got = m.String()
				}
			}
		}
		if got != want {
			t.Errorf("%q asks %q, want %q", book, got, want)
		}
	}
}
