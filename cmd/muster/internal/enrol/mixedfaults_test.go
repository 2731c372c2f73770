package enrol_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/standin"
	"muster/templates"
)

// thousand are 1,000 made-up rows of each definition: its header, a row, and the key by which people know a customer.
var thousand = map[string]struct {
	header, key string
	row         func(n int) string
}{
	"passport": {"identification_number,business_name,email,mobile_phone_number", "nit", func(n int) string {
		return fmt.Sprintf("999%06d,EJEMPLO %d SAS,pagos%d@example.org,+57300%07d", n, n, n, n)
	}},
	"juicyway": {"first_name,last_name,email,phone,type,billing_address.line1,billing_address.city," +
		"billing_address.state,billing_address.zip_code,billing_address.country", "email", func(n int) string {
		return fmt.Sprintf("Ada%d,Bello,ada%d@example.org,+23480%08d,individual,%d Sample Rd,Ikeja,Lagos,100001,NG",
			n, n, n, n)
	}},
	"connectfi": {"customerReference,customerType,customer.firstName,customer.lastName,customer.gender," +
		"customer.dateOfBirth,customer.email,customer.addresses[0].type,customer.addresses[0].addressLine1," +
		"customer.addresses[0].city,customer.addresses[0].postalCode,customer.addresses[0].stateCode," +
		"customer.addresses[0].countryCodeA3,customer.citizenshipCountryCodeA3,customer.phones[0].type," +
		"customer.phones[0].phoneNumber,customer.identificationDocuments[0].type," +
		"customer.identificationDocuments[0].value", "reference", func(n int) string {
		return fmt.Sprintf("row%d,individual,Ann%d,Sample,F,1980-01-02,ann%d@example.org,PRIMARY,1 Main St,Austin,"+
			"78701,TX,USA,USA,MOBILE,5125550100,SSN,000%06d", n, n, n, n)
	}},
}

// quick is a world with a provider's definition, and almost no time between an attempt and its settling.
func quick(t *testing.T, provider string) *world {
	t.Helper()
	w := rehearsal(t, provider)
	folder := w.path(provider)
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"provider.yaml", "body.schema.json"} {
		raw, err := os.ReadFile(filepath.Join("../../../../templates/providers", provider, name))
		if err != nil {
			t.Fatal(err)
		}
		text := regexp.MustCompile(`(?m)^  after: .*$`).ReplaceAllString(string(raw), "  after: 50ms")
		w.write(filepath.Join(provider, name), text)
	}
	set, err := templates.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	if w.def, err = set.Find(folder); err != nil {
		t.Fatal(err)
	}
	w.job.Definition = w.def
	return w
}

// reported is a line of a CSV report, to compare with the stand-in.
type reported struct {
	row, id, key, code, message string
	state                       pipeline.State
}

func (w *world) reported() (all []reported) {
	w.Helper()
	lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(w.read("report.csv"), "\ufeff"))).ReadAll()
	if err != nil {
		w.Fatal(err)
	}
	at := map[string]int{}
	for i, name := range lines[0] {
		at[name] = i
	}
	for _, l := range lines[1:] {
		all = append(all, reported{row: l[at["row"]], id: l[at["customer_id"]], key: strings.ToLower(l[at["key"]]),
			code: l[at["code"]], message: l[at["message"]], state: pipeline.State(l[at["state"]])})
	}
	return all
}

// customersOf are the stand-in's IDs by key; it checks that no customer is there twice.
func customersOf(t *testing.T, s *standin.Server, key string) map[string]string {
	t.Helper()
	var dump bytes.Buffer
	if err := s.Dump(&dump); err != nil {
		t.Fatal(err)
	}
	ids := map[string]string{}
	for d := json.NewDecoder(&dump); d.More(); {
		var c struct {
			ID   string
			Keys map[string]string
		}
		if err := d.Decode(&c); err != nil {
			t.Fatal(err)
		}
		if ids[c.Keys[key]] != "" {
			t.Errorf("%s is there twice", c.Keys[key])
		}
		ids[c.Keys[key]] = c.ID
	}
	return ids
}

// A thousand rows are sent again and again to a provider with all faults: nothing is reported created that the
// provider does not have under that ID, no customer exists twice or has another's ID, and every other row says why
// and what to do. When the faults end, all rows are enrolled that the provider accepts and that it can be asked
// about.
func TestAThousandRowsAndEveryFault(t *testing.T) {
	for provider, made := range thousand {
		t.Run(provider, func(t *testing.T) {
			t.Parallel()
			w := quick(t, provider)
			s := w.misbehaving("accepted:duration=20ms", "same-id", "crossed", "error-with-id", "busy", "plan-limit",
				"maintenance", "row-refused", "reset-after", "error-after", "truncated")
			w.job.Target.Limit = pipeline.Limit{Concurrency: 64}
			w.job.Limits.OutagePauses = []time.Duration{time.Millisecond, time.Millisecond}
			w.job.Limits.TryNow = true
			lines := []string{made.header}
			for n := range 1000 {
				lines = append(lines, made.row(n))
			}
			book := enrol.Source{Path: w.write("book.csv", strings.Join(lines, "\n")+"\n")}
			owners := map[string]string{} // by ID, as reports said
			for run := range 4 {
				if run == 3 {
					w.clock.forward(2 * time.Hour) // the faults have ended
				}
				end, err := w.run(t.Context(), book)
				if err != nil {
					t.Fatal(err)
				}
				t.Logf("run %d: %s, %v", run+1, end.Run.Counts, end.Halt)
				there := customersOf(t, s, made.key)
				for _, r := range w.reported() {
					holdReported(t, r, there, owners)
					if run == 3 && r.code == "row_refused" == (r.id != "") &&
						(r.state != pipeline.Uncertain || w.job.AsksProvider()) {
						t.Errorf("row %s is %s after the faults: %s", r.row, r.state, r.message)
					}
				}
			}
		})
	}
}

// misbehaving directs the job to a stand-in with each of the faults at 2 %, for an hour, and a clock that is ahead.
func (w *world) misbehaving(faults ...string) *standin.Server {
	w.Helper()
	o := standin.Options{Provider: w.def.Provider(), Check: w.def.CheckBody, Now: w.clock.now, Seed: 11}
	for _, text := range append(faults, "clock-ahead:duration=25m,on=any") {
		f, err := standin.ParseFault(text)
		if err != nil {
			w.Fatal(err)
		}
		if f.Kind != standin.ClockAhead {
			f.Rate = 0.02
		}
		if f.Kind != standin.RowRefused {
			f.To = time.Hour
		}
		o.Faults = append(o.Faults, f)
	}
	s, err := standin.New(o)
	if err != nil {
		w.Fatal(err)
	}
	w.serve(s)
	return s
}

// holdReported compares one row of a report with the stand-in's customers.
func holdReported(t *testing.T, r reported, there, owners map[string]string) {
	t.Helper()
	claimed := r.state == pipeline.Created || r.state == pipeline.Known || r.state == pipeline.Existing
	switch {
	case claimed && (r.id == "" || there[r.key] != r.id):
		t.Errorf("row %s is %s as %q, and is there as %q", r.row, r.state, r.id, there[r.key])
	case !claimed && r.id != "":
		t.Errorf("row %s is %s and has the ID %s", r.row, r.state, r.id)
	case !claimed && r.message == "":
		t.Errorf("row %s is %s and does not say why", r.row, r.state)
	case r.state == pipeline.Uncertain && !strings.Contains(r.message, "ask"):
		t.Errorf("row %s is uncertain and does not say what to do: %s", r.row, r.message)
	}
	if r.id == "" {
		return
	}
	if owner := owners[r.id]; owner != "" && owner != r.key {
		t.Errorf("row %s has the ID %s of another row", r.row, r.id)
	}
	owners[r.id] = r.key
}
