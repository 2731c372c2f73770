package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"

	"muster/cmd/muster/internal/postgrestest"
)

func TestMain(m *testing.M) {
	// Most of what runs here waits: for a program, a disk, an answer that comes late. -parallel still chooses.
	if err := flag.Set("test.parallel", strconv.Itoa(2*runtime.GOMAXPROCS(0))); err != nil {
		panic(err)
	}
	// A program built with the race detector sleeps for a second before it ends, and hundreds of them run here.
	if os.Getenv("GORACE") == "" {
		if err := os.Setenv("GORACE", "atexit_sleep_ms=0"); err != nil {
			panic(err)
		}
	}
	testscript.Main(m, map[string]func(){"muster": scripted, "measure": measure})
}

// scripted is the program as scripts run it: with short pauses in an outage, and a clock that is $AHEAD ahead.
func scripted() {
	p := newProgram()
	p.outagePauses = []time.Duration{10 * time.Millisecond, 20 * time.Millisecond}
	if ahead, err := time.ParseDuration(os.Getenv("AHEAD")); err == nil {
		p.now = func() time.Time { return time.Now().Add(ahead) }
	}
	os.Exit(p.run(os.Args[1:]))
}

// TestScripts runs the program as people do. Each script has a free address for a stand-in in $ADDR, and the embedded
// definitions in $PROVIDERS.
func TestScripts(t *testing.T) {
	providers, err := filepath.Abs("../../templates/providers")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Values[theFake{}] = new(*fakeProvider)
			e.Values[theGate{}] = new(*gate)
			e.Setenv("ADDR", net.JoinHostPort("127.0.0.1", strconv.Itoa(postgrestest.FreePort(t))))
			e.Setenv("PROVIDERS", providers)
			e.Setenv("GORACE", os.Getenv("GORACE"))
			e.Setenv("HOME", e.WorkDir)
			return nil
		},
		Condition: onServer,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"server":       cmdServer(t),
			"exits":        cmdExits,
			"ready":        cmdReady,
			"await":        cmdAwait,
			"counts":       cmdCounts,
			"column":       cmdColumn,
			"agree":        cmdAgree,
			"idof":         cmdIDOf,
			"xlsx2csv":     cmdXLSX2CSV,
			"mkbook":       cmdMkBook,
			"mkpassport":   cmdMkPassport,
			"mkconnectfi":  cmdMkConnectFi,
			"quick":        cmdQuick,
			"acme":         cmdAcme,
			"fake":         cmdFake,
			"faked":        cmdFaked,
			"fault":        cmdFault,
			"gate":         cmdGate,
			"creates":      cmdCreates,
			"atmost":       cmdAtMost,
			"fill":         cmdFill,
			"killmany":     cmdKillMany,
			"csv2xlsx":     cmdCSV2XLSX,
			"hiderow":      cmdHideRow,
			"tellsnothing": cmdTellsNothing,
			"metric":       cmdMetric,
			"aged":         cmdAged,
			"setcells":     cmdSetCells,
			"samebook":     cmdSameBook,
			"openswith":    cmdOpensWith,
			"sheet":        cmdSheet,
			"opensinexcel": cmdOpensInExcel,
			"fix":          cmdFix,
			"protect":      cmdProtect,
			"mkmapping":    cmdMkMapping,
			"mknewcomer":   cmdMkNewcomer,
			"spell":        cmdSpell,
			"unescape":     cmdUnescape,
		},
	})
}

func get(ts *testscript.TestScript, path string) (string, error) {
	resp, err := http.Get("http://" + ts.Getenv("ADDR") + path)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

// cmdExits runs a command that must end with that exit code: exits 2 muster ...
func cmdExits(ts *testscript.TestScript, neg bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

// cmdReady waits until the stand-in at $ADDR answers.
func cmdReady(ts *testscript.TestScript, neg bool, args []string) {
	await(ts, func(map[string]float64) bool { return true })
}

// cmdAwait waits until a count of the stand-in reaches a number: await customers 200.
func cmdAwait(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.ParseFloat(args[1], 64)
	ts.Check(err)
	await(ts, func(counts map[string]float64) bool { return counts[args[0]] >= want })
}

func await(ts *testscript.TestScript, enough func(map[string]float64) bool) {
	deadline := time.NewTimer(time.Minute)
	defer deadline.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		var counts map[string]float64
		if body, err := get(ts, "/_standin/counts"); err == nil && json.Unmarshal([]byte(body), &counts) == nil &&
			enough(counts) {
			return
		}
		select {
		case <-tick.C:
		case <-deadline.C:
			ts.Fatalf("the stand-in at %s does not get there", ts.Getenv("ADDR"))
		}
	}
}

// cmdCounts compares the stand-in's own counts: counts customers=5 creates=5.
func cmdCounts(ts *testscript.TestScript, neg bool, args []string) {
	body, err := get(ts, "/_standin/counts")
	ts.Check(err)
	var counts map[string]float64
	ts.Check(json.Unmarshal([]byte(body), &counts))
	for _, arg := range args {
		name, want, _ := strings.Cut(arg, "=")
		if got := strconv.FormatFloat(counts[name], 'f', -1, 64); got != want {
			ts.Fatalf("%s is %s, want %s (%s)", name, got, want, body)
		}
	}
}

func readReport(ts *testscript.TestScript, file string) (header []string, rows [][]string) {
	text := strings.TrimPrefix(ts.ReadFile(file), "\ufeff")
	r := csv.NewReader(strings.NewReader(text))
	// A report has the delimiter of its book, which follows the name of its first column.
	if rest, ok := strings.CutPrefix(text, "row"); ok && rest != "" {
		r.Comma = rune(rest[0])
	}
	r.FieldsPerRecord = -1 // a sheet's rows end at their last filled cell
	records, err := r.ReadAll()
	ts.Check(err)
	return records[0], records[1:]
}

func cell(ts *testscript.TestScript, header, row []string, column string) string {
	i := slices.Index(header, column)
	if i < 0 {
		ts.Fatalf("there is no column %q", column)
	}
	if i >= len(row) {
		return ""
	}
	return row[i]
}

// cmdColumn compares one column of a CSV report with values: column FILE COLUMN WANT...
func cmdColumn(ts *testscript.TestScript, neg bool, args []string) {
	header, rows := readReport(ts, args[0])
	var got []string
	for _, row := range rows {
		got = append(got, cell(ts, header, row, args[1]))
	}
	if !slices.Equal(got, args[2:]) {
		ts.Fatalf("column %s is %q, want %q", args[1], got, args[2:])
	}
}

// standinIDs are the IDs of the stand-in's customers by their key of that name.
func standinIDs(ts *testscript.TestScript, name string) map[string]string {
	body, err := get(ts, "/_standin/customers")
	ts.Check(err)
	ids := map[string]string{}
	dec := json.NewDecoder(strings.NewReader(body))
	for dec.More() {
		var c struct {
			ID   string            `json:"id"`
			Keys map[string]string `json:"keys"`
		}
		ts.Check(dec.Decode(&c))
		key := c.Keys[name]
		if ids[key] != "" {
			ts.Fatalf("the stand-in has %s twice", key)
		}
		ids[key] = c.ID
	}
	return ids
}

// cmdIDOf sets a variable to the ID under which the stand-in has a key. idof
// VARIABLE KEY VALUE
func cmdIDOf(ts *testscript.TestScript, neg bool, args []string) {
	id := standinIDs(ts, args[1])[args[2]]
	if id == "" {
		ts.Fatalf("the stand-in has no customer with the %s %s", args[1], args[2])
	}
	ts.Setenv(args[0], id)
}

// cmdAgree compares a CSV report with the stand-in's customers: each row with an ID has the ID of the customer with
// that row's key, and no ID appears twice. agree FILE KEY
func cmdAgree(ts *testscript.TestScript, neg bool, args []string) {
	ids := standinIDs(ts, args[1])
	header, rows := readReport(ts, args[0])
	seen, with := map[string]bool{}, 0
	for _, row := range rows {
		id, key := cell(ts, header, row, "customer_id"), strings.ToLower(cell(ts, header, row, "key"))
		if id == "" {
			continue
		}
		with++
		if ids[key] != id {
			ts.Fatalf("row %s has the ID %s, and the stand-in keeps %s under %q", row[0], id, ids[key], key)
		}
		if seen[id] {
			ts.Fatalf("the ID %s stands in two rows", id)
		}
		seen[id] = true
	}
	if with == 0 {
		ts.Fatalf("no row has an ID")
	}
	fmt.Fprintf(ts.Stdout(), "%d IDs agree\n", with)
}

// cmdXLSX2CSV writes one sheet of a workbook as CSV: xlsx2csv FILE SHEET OUT.
func cmdXLSX2CSV(ts *testscript.TestScript, neg bool, args []string) {
	f, err := excelize.OpenFile(ts.MkAbs(args[0]))
	ts.Check(err)
	defer f.Close()
	rows, err := f.GetRows(args[1])
	ts.Check(err)
	out, err := os.Create(ts.MkAbs(args[2]))
	ts.Check(err)
	defer out.Close()
	w := csv.NewWriter(out)
	ts.Check(w.WriteAll(rows))
}

// cmdCSV2XLSX writes a CSV as a workbook of texts: csv2xlsx FILE OUT.
func cmdCSV2XLSX(ts *testscript.TestScript, neg bool, args []string) {
	rows, err := csv.NewReader(strings.NewReader(ts.ReadFile(args[0]))).ReadAll()
	ts.Check(err)
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range rows {
		ts.Check(f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row))
	}
	end, err := excelize.CoordinatesToCellName(len(rows[0]), len(rows))
	ts.Check(err)
	ts.Check(f.SetSheetDimension("Sheet1", "A1:"+end))
	ts.Check(f.SaveAs(ts.MkAbs(args[1])))
}

// cmdMkBook writes a Juicyway book of N made-up rows: mkbook FILE N.
func cmdMkBook(ts *testscript.TestScript, neg bool, args []string) {
	writeBook(ts, args, "first_name,last_name,email,phone,type,billing_address.line1,billing_address.city,billing_address.state,billing_address.zip_code,billing_address.country",
		func(i int) string {
			return fmt.Sprintf("Ada%d,Bello,ada%d@example.org,+23480%08d,individual,%d Sample Rd,Ikeja,Lagos,100001,NG",
				i, i, i, i)
		})
}

// cmdMkPassport writes a Passport book of N made-up rows: mkpassport FILE N.
func cmdMkPassport(ts *testscript.TestScript, neg bool, args []string) {
	writeBook(ts, args, "identification_number,business_name,email,mobile_phone_number", func(i int) string {
		return fmt.Sprintf("999%06d,EJEMPLO %d SAS,pagos%d@example.org,+57300%07d", i, i, i, 5550000+i)
	})
}

func writeBook(ts *testscript.TestScript, args []string, header string, row func(i int) string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	lines := []string{header}
	for i := range n {
		lines = append(lines, row(i))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Join(lines, "\n")+"\n"), 0o600))
}

// cmdMkConnectFi writes a connectFi book of N made-up people: mkconnectfi FILE N.
func cmdMkConnectFi(ts *testscript.TestScript, neg bool, args []string) {
	writeBook(ts, args, "customerReference,customerType,customer.firstName,customer.lastName,customer.gender,customer.dateOfBirth,customer.email,"+
		"customer.addresses[0].type,customer.addresses[0].addressLine1,customer.addresses[0].city,customer.addresses[0].postalCode,customer.addresses[0].stateCode,customer.addresses[0].countryCodeA3,"+
		"customer.citizenshipCountryCodeA3,customer.phones[0].type,customer.phones[0].phoneNumber,customer.identificationDocuments[0].type,customer.identificationDocuments[0].value",
		func(i int) string {
			return fmt.Sprintf("Row%d,individual,Ann%d,Sample,F,1980-01-02,ann%d@example.org,PRIMARY,1 Main St,Austin,78701,TX,USA,USA,MOBILE,5125550100,SSN,000%06d", i, i, i, i)
		})
}

// cmdQuick copies a definition to a folder of its name, with almost no time between an attempt and its settling:
// quick PROVIDER.
func cmdQuick(ts *testscript.TestScript, neg bool, args []string) {
	from, to := filepath.Join(ts.Getenv("PROVIDERS"), args[0]), ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(to, 0o700))
	for _, name := range []string{"provider.yaml", "body.schema.json"} {
		raw, err := os.ReadFile(filepath.Join(from, name))
		ts.Check(err)
		text := regexp.MustCompile(`(?m)^  after: .*$`).ReplaceAllString(string(raw), "  after: 200ms")
		ts.Check(os.WriteFile(filepath.Join(to, name), []byte(text), 0o600))
	}
}

// cmdAcme makes a definition like Passport's, with that base URL in production: acme URL.
func cmdAcme(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(os.MkdirAll(ts.MkAbs("acme"), 0o700))
	schema, err := os.ReadFile(filepath.Join(ts.Getenv("PROVIDERS"), "passport", "body.schema.json"))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs("acme/body.schema.json"), schema, 0o600))
	raw, err := os.ReadFile(filepath.Join(ts.Getenv("PROVIDERS"), "passport", "provider.yaml"))
	ts.Check(err)
	text := strings.Replace(string(raw), "name: passport", "name: acme", 1)
	text = strings.Replace(text, "  production:\n", "  production:\n    base_url: "+args[0]+"\n", 1)
	ts.Check(os.WriteFile(ts.MkAbs("acme/provider.yaml"), []byte(text), 0o600))
}

// cmdCreates writes to a file how many creates the stand-in has seen: creates FILE.
func cmdCreates(ts *testscript.TestScript, neg bool, args []string) {
	body, err := get(ts, "/_standin/counts")
	ts.Check(err)
	var counts struct{ Creates int }
	ts.Check(json.Unmarshal([]byte(body), &counts))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strconv.Itoa(counts.Creates)), 0o600))
}

// cmdAtMost bounds the rows of one state: atmost FILE STATE N.
func cmdAtMost(ts *testscript.TestScript, neg bool, args []string) {
	most, err := strconv.Atoi(args[2])
	ts.Check(err)
	header, rows := readReport(ts, args[0])
	n := 0
	for _, row := range rows {
		if cell(ts, header, row, "state") == args[1] {
			n++
		}
	}
	if n > most {
		ts.Fatalf("%d rows are %s, at most %d were to be", n, args[1], most)
	}
}

// cmdKillMany starts a command and kills it, N times, each time at a random moment after its first request has
// reached the stand-in at $ADDR, however long that takes on this machine: killmany N muster ...
func cmdKillMany(ts *testscript.TestScript, neg bool, args []string) {
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	seed := uint64(time.Now().UnixNano())
	ts.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	path := ts.Getenv("PATH")
	creates := func() (n float64) {
		await(ts, func(counts map[string]float64) bool { n = counts["creates"]; return true })
		return n
	}
	for range n {
		before := creates()
		cmd := exec.Command(filepath.Join(strings.Split(path, string(os.PathListSeparator))[0], args[1]), args[2:]...)
		cmd.Dir = ts.MkAbs(".")
		cmd.Env = append(os.Environ(), "MUSTER_PASSPORT_TOKEN="+ts.Getenv("MUSTER_PASSPORT_TOKEN"))
		ts.Check(cmd.Start())
		await(ts, func(counts map[string]float64) bool { return counts["creates"] > before })
		timer := time.NewTimer(time.Duration(random.IntN(60)) * time.Millisecond)
		<-timer.C
		ts.Check(cmd.Process.Kill())
		var exit *exec.ExitError
		if err := cmd.Wait(); !errors.As(err, &exit) && err != nil {
			ts.Check(err)
		}
	}
}
