package enrol_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/wording"
	"muster/templates"
)

// benchBook is a made-up book of a provider: its header, and its i-th row, good
// or with three problems.
type benchBook struct {
	provider, header string
	row              func(i int, good bool) string
}

const (
	individualsHeader = "customerReference,customerType,customer.firstName,customer.lastName,customer.gender," +
		"customer.dateOfBirth,customer.email,customer.citizenshipCountryCodeA3," +
		"customer.addresses[0].type,customer.addresses[0].addressLine1,customer.addresses[0].addressLine2," +
		"customer.addresses[0].city,customer.addresses[0].postalCode,customer.addresses[0].stateCode," +
		"customer.addresses[0].countryCodeA3,customer.phones[0].type,customer.phones[0].phoneNumber," +
		"customer.phones[0].countryDialingCode,customer.identificationDocuments[0].type," +
		"customer.identificationDocuments[0].value,customer.identificationDocuments[0].issuanceCountryCodeA3," +
		"customer.identificationDocuments[1].type,customer.identificationDocuments[1].value," +
		"customer.identificationDocuments[1].issuanceCountryCodeA3,customer.identificationDocuments[1].expiryDate"
	merchantsHeader = "type,business_name,email,mobile_phone_number,identification_type,identification_number"
)

func benchBooks() []benchBook {
	return []benchBook{
		{"passport", merchantsHeader, func(i int, good bool) string {
			at, plus, more := "@", "+", ""
			if !good {
				at, plus, more = " ", "", "7"
			}
			return fmt.Sprintf("BUSINESS,Comercio Ñandú %d S.A.S.,ventas%d%sexample.org,%s57300%07d,NIT,%09d%s",
				i, i, at, plus, i, i, more)
		}},
		{"connectfi", individualsHeader, func(i int, good bool) string {
			day, at, state := "28", "@", "PA"
			if !good {
				day, at, state = "31", " ", "XX"
			}
			return fmt.Sprintf("Row%07d,individual,Ana María,Muestra %d,F,1984-02-%s,ana%d%sexample.org,USA,PRIMARY,"+
				"%d Sample St,Apt %d,Harrisburg,17101,%s,USA,MOBILE,717%07d,1,SSN,%09d,USA,PASSPORT,X%07d,USA,2031-12-28",
				i, i, day, i, at, i, i%90, state, i, i, i)
		}},
	}
}

// write makes a book with so many rows, one in bad of them broken; 0 for none.
func (w benchBook) write(b testing.TB, rows, bad int) string {
	b.Helper()
	var text strings.Builder
	text.WriteString(w.header + "\n")
	for i := range rows {
		text.WriteString(w.row(i+1, bad == 0 || i%bad != 0) + "\n")
	}
	path := filepath.Join(b.TempDir(), "book.csv")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	return path
}

func (w benchBook) definition(b testing.TB) *templates.Definition {
	b.Helper()
	set, err := templates.Embedded()
	if err != nil {
		b.Fatal(err)
	}
	def, err := set.Find(w.provider)
	if err != nil {
		b.Fatal(err)
	}
	return def
}

// BenchmarkRow maps, checks and encodes one row over and over.
func BenchmarkRow(b *testing.B) {
	for _, w := range benchBooks() {
		for name, bad := range map[string]int{"valid": 0, "three problems": 1} {
			b.Run(w.provider+"/"+name, func(b *testing.B) {
				book, err := enrol.Open(context.Background(), w.definition(b), enrol.Source{Path: w.write(b, 1, bad)})
				if err != nil {
					b.Fatal(err)
				}
				defer book.Close()
				var d pipeline.Draft
				err = book.Rows(context.Background(), func(row pipeline.Row) error {
					b.ReportAllocs()
					for b.Loop() {
						book.Check(row, &d)
					}
					return nil
				})
				if got := len(d.Problems); err != nil || got != 3*bad || (d.Body == nil) != (bad > 0) {
					b.Fatal(err, got, string(d.Body))
				}
			})
		}
	}
}

// TestAReadyRowAllocatesNothing: mapping, checking and encoding a ready row allocates nothing, except for one piece
// of memory for the names of some hundred rows.
func TestAReadyRowAllocatesNothing(t *testing.T) {
	for _, w := range benchBooks() {
		book, err := enrol.Open(context.Background(), w.definition(t), enrol.Source{Path: w.write(t, 1, 0)})
		if err != nil {
			t.Fatal(err)
		}
		defer book.Close()
		var d pipeline.Draft
		err = book.Rows(context.Background(), func(row pipeline.Row) error {
			if n := testing.AllocsPerRun(1000, func() { book.Check(row, &d) }); n != 0 || d.Body == nil {
				t.Errorf("%s: %v allocations, body %s", w.provider, n, d.Body)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// BenchmarkCheck checks whole books, as `muster check` does.
func BenchmarkCheck(b *testing.B) {
	const rows = 20_000
	words, err := wording.For("en")
	if err != nil {
		b.Fatal(err)
	}
	for _, w := range benchBooks() {
		for name, bad := range map[string]int{"valid": 0, "one in ten invalid": 10} {
			b.Run(w.provider+"/"+name, func(b *testing.B) {
				def := w.definition(b)
				target, err := def.Provider().Target(pipeline.TargetOptions{})
				if err != nil {
					b.Fatal(err)
				}
				job := enrol.Job{Definition: def, Target: enrol.Target{Target: target}, Words: words, English: words,
					Now: time.Now, Random: rand.Float64}
				path := w.write(b, rows, bad)
				b.ReportAllocs()
				for b.Loop() {
					book, err := enrol.Open(context.Background(), def, enrol.Source{Path: path})
					if err != nil {
						b.Fatal(err)
					}
					e, err := enrol.Check(context.Background(), job, book)
					if err != nil || e.Tally.Counts.Total() != rows {
						b.Fatal(err, e.Tally.Counts)
					}
					book.Close()
				}
				b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
			})
		}
	}
}
