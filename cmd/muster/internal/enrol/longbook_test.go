package enrol_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/templates"
)

// company is a made-up customer with its owners, each with the cells of ownerFields.
type company struct {
	shared []string
	owners [][]string
}

var (
	sharedFields = []string{"customer.businessFederalEin", "customerReference", "customer.businessName",
		"customer.businessPhones[0].phoneNumber", "customer.businessAddresses[0].addressLine1",
		"customer.businessAddresses[0].city", "customer.businessAddresses[0].postalCode",
		"customer.businessAddresses[0].stateCode"}
	ownerFields = []string{"firstName", "lastName", "gender", "dateOfBirth", "email", "addresses[0].addressLine1",
		"addresses[0].city", "addresses[0].postalCode", "addresses[0].stateCode", "phones[0].phoneNumber",
		"identificationDocuments[0].type", "identificationDocuments[0].value"}
	companyConstants = map[string]string{"customerType": "business", "customer.businessPhones[0].type": "PRIMARY",
		"customer.businessAddresses[0].type": "PRIMARY", "customer.businessAddresses[0].countryCodeA3": "USA"}
	ownerConstants = map[string]string{"addresses[0].type": "PRIMARY", "addresses[0].countryCodeA3": "USA",
		"citizenshipCountryCodeA3": "USA", "phones[0].type": "MOBILE"}
)

// drawCompanies draws companies, most of whose cells are valid.
func drawCompanies(rt *rapid.T) []company {
	pick := func(name string, values ...string) string { return rapid.SampledFrom(values).Draw(rt, name) }
	var companies []company
	for i := range rapid.IntRange(1, 5).Draw(rt, "companies") {
		street := pick("street", "1 Main St", "9 Sample \"Row\", Apt 3", "Calle Ñandú 4", "")
		c := company{shared: []string{fmt.Sprintf("00-012%04d", i), fmt.Sprintf("Acme%d", i),
			pick("name", "Sample LLC", "Muñoz & Sons"), "5125550001", street, "Austin", "78701",
			pick("state", "TX", "XX")}}
		for o := range rapid.IntRange(1, 9).Draw(rt, "owners") {
			owner := []string{pick("first", "Ana", "José María", ""), "Sample", pick("gender", "F", "M"),
				pick("born", "1984-02-29", "29/02/1984", "1984-02-30"), fmt.Sprintf("o%d@example.org", o), street,
				"Austin", "78701", "TX", fmt.Sprintf("51255600%02d", o), pick("document", "SSN", ""),
				pick("number", "666120001", "")}
			if rapid.IntRange(0, 6).Draw(rt, "nobody") == 0 {
				clear(owner) // a line without an owner
			}
			c.owners = append(c.owners, owner)
		}
		companies = append(companies, c)
	}
	return companies
}

func chainFor(field string) string {
	switch field {
	case "customer.businessFederalEin":
		return "ein"
	case "customerReference":
		return "upper | reference"
	case "dateOfBirth":
		return "date(DD/MM/YYYY)"
	}
	return ""
}

// longForm has a row for each owner; later rows may leave out what they have in common, or spell it otherwise.
func longForm(companies []company, vary func(company, owner int) int) (book, sheet [][]string) {
	header := slices.Clone(sharedFields)
	for i := range header {
		header[i] = "Company " + header[i]
	}
	sheet = [][]string{{"field", "column", "convert", "value"},
		{"businessRepresentatives", header[0], "digits | group-by", ""}}
	for i, f := range sharedFields {
		sheet = append(sheet, []string{f, header[i], chainFor(f), ""})
	}
	for _, f := range ownerFields {
		header = append(header, "Owner "+f)
		sheet = append(sheet, []string{"businessRepresentatives[]." + f, "Owner " + f, chainFor(f), ""})
	}
	for f, v := range companyConstants {
		sheet = append(sheet, []string{f, "", "", v})
	}
	for f, v := range ownerConstants {
		sheet = append(sheet, []string{"businessRepresentatives[]." + f, "", "", v})
	}
	book = append(book, header)
	for i, c := range companies {
		for o, owner := range c.owners {
			shared := slices.Clone(c.shared)
			if o > 0 {
				switch vary(i, o) {
				case 0:
					clear(shared[1:])
				case 1:
					shared[0] = strings.ReplaceAll(shared[0], "-", "")
				}
			}
			book = append(book, append(shared, owner...))
		}
	}
	return book, sheet
}

// wideForm has a row for each company, with as many groups of columns as the largest company has owners.
func wideForm(companies []company) (book, sheet [][]string) {
	sheet = [][]string{{"field", "column", "convert", "value"}}
	header := slices.Clone(sharedFields)
	for _, f := range sharedFields {
		sheet = append(sheet, []string{f, f, chainFor(f), ""})
	}
	most := 0
	for _, c := range companies {
		most = max(most, len(c.owners))
	}
	for o := range most {
		group := fmt.Sprintf("businessRepresentatives[%d].", o)
		for _, f := range ownerFields {
			header = append(header, group+f)
			sheet = append(sheet, []string{group + f, group + f, chainFor(f), ""})
		}
		for f, v := range ownerConstants {
			sheet = append(sheet, []string{group + f, "", "", v})
		}
	}
	for f, v := range companyConstants {
		sheet = append(sheet, []string{f, "", "", v})
	}
	book = append(book, header)
	for _, c := range companies {
		row := slices.Clone(c.shared)
		for _, owner := range c.owners {
			row = append(row, owner...)
		}
		book = append(book, append(row, make([]string, len(header)-len(row))...))
	}
	return book, sheet
}

// judged is the result of checking a customer, without the places of its cells.
type judged struct {
	Body     string
	Entries  []pipeline.Entry
	Keys     []pipeline.KeyValue
	Name     string
	Problems []string
}

// judge writes a book with its mapping, opens it and checks every customer.
func (c companyBooks) judge(t rapidOrTest, name string, book, sheet [][]string) (customers []judged, rows int) {
	for suffix, records := range map[string][][]string{".csv": book, ".map": sheet} {
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		if err := w.WriteAll(records); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(c.dir, name+suffix), b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b, err := c.open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	var d pipeline.Draft
	err = b.Rows(context.Background(), func(row pipeline.Row) error {
		b.Check(row, &d)
		j := judged{Body: string(d.Body), Entries: slices.Clone(d.Entries), Keys: slices.Clone(d.Keys), Name: d.Name}
		for _, p := range d.Problems {
			j.Problems = append(j.Problems, fmt.Sprint(p.Field, p.Code, p.Message))
		}
		slices.Sort(j.Problems)
		customers = append(customers, j)
		rows += row.Lines()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return customers, rows
}

// companyBooks are books of companies in a folder, each with a mapping sheet of the same name.
type companyBooks struct {
	def *templates.Definition
	dir string
}

func newCompanyBooks(t *testing.T) companyBooks {
	t.Helper()
	set, err := templates.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	def, err := set.Find("connectfi")
	if err != nil {
		t.Fatal(err)
	}
	return companyBooks{def, t.TempDir()}
}

func (c companyBooks) source(name string) enrol.Source {
	return enrol.Source{Path: filepath.Join(c.dir, name+".csv"), Mapping: filepath.Join(c.dir, name+".map")}
}

func (c companyBooks) open(name string) (*enrol.Book, error) {
	return enrol.Open(context.Background(), c.def, c.source(name))
}

type rapidOrTest interface{ Fatal(args ...any) }

// TestLongAndWideAreTheSame: for any companies, a row for each owner gives exactly the requests and problems that a
// row for each company gives.
func TestLongAndWideAreTheSame(t *testing.T) {
	books := newCompanyBooks(t)
	rapid.Check(t, func(rt *rapid.T) {
		companies := drawCompanies(rt)
		book, sheet := longForm(companies, func(int, int) int { return rapid.IntRange(0, 2).Draw(rt, "spelling") })
		long, rows := books.judge(rt, "long", book, sheet)
		if rows != len(book)-1 {
			rt.Fatalf("%d of %d rows", rows, len(book)-1)
		}
		book, sheet = wideForm(companies)
		wide, _ := books.judge(rt, "wide", book, sheet)
		if diff := gocmp.Diff(wide, long); diff != "" {
			rt.Fatalf("wide and long (-wide +long):\n%s", diff)
		}
	})
}

// TestLongProblemsAreInTheirCells: a problem is in the row and column of the wrong cell, whichever of a customer's
// rows that is.
func TestLongProblemsAreInTheirCells(t *testing.T) {
	owner := []string{"Ana", "Sample", "F", "1984-02-29", "a@example.org", "1 Main St", "Austin", "78701", "TX",
		"5125560001", "SSN", "666120001"}
	c := company{shared: []string{"00-0123456", "Acme1", "Sample LLC", "5125550001", "1 Main St", "Austin", "78701",
		"TX"}}
	for range 5 {
		c.owners = append(c.owners, slices.Clone(owner))
	}
	c.owners[2][2] = "X"          // row 4, gender
	c.owners[4][3] = "30/02/1984" // row 6, birth date
	c.owners[3][0] = ""           // row 5, first name
	book, sheet := longForm([]company{c}, func(int, int) int { return 2 })
	book[4][2] = "Other LLC" // row 5, company's name
	book[1][7] = "XX"        // row 2, state
	for i := 2; i <= 5; i++ {
		book[i][7] = ""
	}
	books := newCompanyBooks(t)
	head, next := slices.Clone(book[2]), slices.Clone(book[2])
	head[7], next[2] = "TX", "Other LLC"
	alone, _ := books.judge(t, "alone", [][]string{book[0], head, next}, sheet)
	if len(alone) != 1 || alone[0].Body != "" || len(alone[0].Problems) != 1 {
		t.Errorf("where nothing but a name differs: %+v", alone)
	}
	books.judge(t, "long", book, sheet)
	b, err := books.open("long")
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	var got []string
	err = b.Rows(t.Context(), func(row pipeline.Row) error {
		var d pipeline.Draft
		b.Check(row, &d)
		if d.Body != nil {
			t.Error("there is a body")
		}
		for _, p := range d.Problems {
			got = append(got, fmt.Sprintf("%s %s %s", pipeline.CellRef(p.Column.Index, cmp.Or(p.Row, row.Number)),
				p.Column.Name, p.Code))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(got)
	want := []string{"C5 Company customer.businessName differs",
		"H2 Company customer.businessAddresses[0].stateCode not_listed", "I5 Owner firstName required",
		"K4 Owner gender not_listed", "L6 Owner dateOfBirth convert"}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestLongAndWideSendTheSame: a book with a row for each owner sends exactly the same bytes as one with a row for
// each company.
func TestLongAndWideSendTheSame(t *testing.T) {
	var companies []company
	for i, owners := range []int{1, 3, 2, 7} {
		c := company{shared: []string{fmt.Sprintf("00-012345%d", i), fmt.Sprintf("Acme%d", i), "Muñoz \"& Sons\"",
			"5125550001", "1 Main St", "Austin", "78701", "TX"}}
		for o := range owners {
			c.owners = append(c.owners, []string{fmt.Sprintf("Ana %d", o), "Sample", "F", "1984-02-29", "a@example.org",
				"1 Main St", "Austin", "78701", "TX", "5125560001", "SSN", "666120001"})
		}
		companies = append(companies, c)
	}
	companies[3].owners[4] = make([]string, len(ownerFields)) // a row without an owner
	books := newCompanyBooks(t)
	var mu sync.Mutex
	sent := map[string][]string{}
	for name, form := range map[string]func() ([][]string, [][]string){
		"long": func() ([][]string, [][]string) { return longForm(companies, func(_, o int) int { return o % 3 }) },
		"wide": func() ([][]string, [][]string) { return wideForm(companies) },
	} {
		book, sheet := form()
		books.judge(t, name, book, sheet) // it writes them
		world := rehearsal(t, "connectfi")
		world.serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			sent[name] = append(sent[name], r.Method+" "+r.URL.Path+" "+string(body))
			fmt.Fprintf(w, `{"code":"0","data":{"customerId":"cstab_%d"}}`, len(sent[name]))
		}))
		world.job.Secrets = map[string]string{"TOKEN": "made-up"}
		world.job.Target.Limit = pipeline.Limit{Concurrency: 1}
		end, err := world.run(t.Context(), books.source(name))
		if err != nil {
			t.Fatal(err)
		}
		wantCounts(t, end.Tally.Counts, pipeline.Counts{pipeline.Created: end.Tally.Rows()})
	}
	if diff := gocmp.Diff(sent["wide"], sent["long"]); diff != "" || len(sent["long"]) != len(companies) {
		t.Errorf("%d requests; wide and long (-wide +long):\n%s", len(sent["long"]), diff)
	}
}
