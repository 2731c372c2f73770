package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"muster/pipeline"
	"muster/pipeline/standin"
)

// TestFixedRowsAreEnrolledOnce: whichever cells of a good book are broken, once they are fixed in the sheet Fix every
// merchant exists once at the provider, and the two reports together have every row under the book's own numbers.
func TestFixedRowsAreEnrolledOnce(t *testing.T) {
	t.Parallel()
	def, err := definition("passport")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	// Each try runs two imports with real ledgers, HTTP and workbooks.
	const enough = 25
	runs, passed := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		if passed == enough {
			return
		}
		runs++
		dir := filepath.Join(folder, strconv.Itoa(runs))
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		server, err := standin.New(standin.Options{Provider: def.Provider(), Check: def.CheckBody})
		if err != nil {
			t.Fatal(err)
		}
		url, stop, err := server.Start("127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer stop()

		good, broken := drawBooks(t)
		bookPath, first := filepath.Join(dir, "book.csv"), filepath.Join(dir, "first.xlsx")
		writeCSV(t, bookPath, broken)
		enrol := func(path, report string) {
			code, _, stderr := passportCall("import", path, "--provider", "passport", "--base-url", url, "--ledger",
				filepath.Join(dir, "l.db"), "--rate", "none", "--yes", "--quiet", "--report", report)
			if code != exitOK && code != exitFix {
				t.Fatalf("import %s: exit code %d\n%s", path, code, stderr)
			}
		}
		enrol(bookPath, first)
		created := createdRows(t, first)
		left := correctFix(t, first, good, rapid.Bool().Draw(t, "sorted otherwise"))
		if len(created)+len(left) != len(good)-1 {
			t.Fatalf("%d rows are created and %d to fix, of %d", len(created), len(left), len(good)-1)
		}
		if len(left) > 0 {
			second := filepath.Join(dir, "second.xlsx")
			enrol(first, second)
			more := createdRows(t, second)
			for _, row := range left {
				if _, ok := more[row]; !ok {
					t.Fatalf("row %d was fixed, and the second report does not have it created: %v", row, more)
				}
			}
			if len(more) != len(left) {
				t.Fatalf("%d rows were fixed, and %d created", len(left), len(more))
			}
			for row, key := range more {
				created[row] = key
			}
		}
		for i, row := range good[1:] {
			if created[i+2] != row[0] {
				t.Fatalf("row %d is said to be customer %q, and is %q", i+2, created[i+2], row[0])
			}
		}
		if got, want := enrolled(t, server), keysOf(good); !slices.Equal(got, want) {
			t.Fatalf("the provider has %v, want %v", got, want)
		}
		passed++
	})
}

// drawBooks draws a good book and one with some broken cells.
func drawBooks(t *rapid.T) (good, broken [][]string) {
	header := []string{"identification_number", "business_name", "email", "mobile_phone_number", "note"}
	good, broken = [][]string{header}, [][]string{header}
	text := rapid.StringMatching(`[ -~áéñ“=\n]{0,12}`)
	sound := []int{} // rows that are not broken
	for i := range rapid.IntRange(1, 12).Draw(t, "rows") {
		row := []string{fmt.Sprintf("999%06d", i), fmt.Sprintf("EJEMPLO %d SAS", i),
			fmt.Sprintf("pagos%d@example.org", i), fmt.Sprintf("+57300%07d", i), "n" + text.Draw(t, "note")}
		good = append(good, row)
		row = slices.Clone(row)
		kinds := []string{"sound", "sound", "empty", "bad", "error", "long", "control", "past"}
		if len(sound) > 0 {
			kinds = append(kinds, "double")
		}
		at := rapid.IntRange(0, 3).Draw(t, "column")
		switch rapid.SampledFrom(kinds).Draw(t, "kind") {
		case "sound":
			sound = append(sound, len(good)-1)
		case "empty":
			row[at] = ""
		case "bad":
			row[0], row[2] = "not a NIT", "no address"
		case "error":
			row[at] = "#N/A"
		case "long":
			row[at] = strings.Repeat("9", 200)
		case "control":
			row[0] += "\x01"
		case "past":
			row = append(row, "", "too far")
		case "double": // the NIT of a row above it, which is sent
			row[0] = good[rapid.SampledFrom(sound).Draw(t, "whose")][0]
		}
		broken = append(broken, row)
	}
	return good, broken
}

func writeCSV(t *rapid.T, path string, rows [][]string) {
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// passportCall runs muster in this process with a made-up token.
func passportCall(args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	p := newProgram()
	p.stdin, p.stdout, p.stderr, p.terminal = strings.NewReader(""), &out, &errs, false
	p.getenv = func(name string) string {
		if name == "MUSTER_PASSPORT_TOKEN" {
			return "made-up"
		}
		return ""
	}
	code = p.run(args)
	return code, out.String(), errs.String()
}

// createdRows are the rows of a report that were created, with their keys.
func createdRows(t *rapid.T, path string) map[int]string {
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("Results")
	if err != nil {
		t.Fatal(err)
	}
	state, key := slices.Index(rows[0], "state"), slices.Index(rows[0], "key")
	created := map[int]string{}
	for _, row := range rows[1:] {
		if row[state] == "created" {
			n, err := strconv.Atoi(row[0])
			if err != nil {
				t.Fatal(err)
			}
			created[n] = row[key]
		}
	}
	return created
}

// correctFix types the good book's cells into the sheet Fix, and returns the numbers of its rows.
func correctFix(t *rapid.T, path string, good [][]string, reversed bool) []int {
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if !slices.Contains(f.GetSheetList(), pipeline.FixSheet) {
		return nil
	}
	rows, err := f.GetRows(pipeline.FixSheet, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	var numbers []int
	for _, row := range rows[1:] {
		n, err := strconv.Atoi(row[0])
		if err != nil {
			t.Fatal(err)
		}
		numbers = append(numbers, n)
	}
	if reversed {
		slices.Reverse(numbers)
	}
	for i, n := range numbers {
		set := func(column int, value any) {
			at, err := excelize.CoordinatesToCellName(column, i+2)
			if err == nil {
				err = f.SetCellFormula(pipeline.FixSheet, at, "")
			}
			if err == nil {
				err = f.SetCellValue(pipeline.FixSheet, at, value)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		set(1, n)
		for j := range 7 {
			text := ""
			if j < len(good[n-1]) {
				text = good[n-1][j]
			}
			set(j+1+fixLead, text)
		}
	}
	if err := f.Save(); err != nil {
		t.Fatal(err)
	}
	return numbers
}

func keysOf(book [][]string) []string {
	var keys []string
	for _, row := range book[1:] {
		keys = append(keys, row[0])
	}
	slices.Sort(keys)
	return keys
}

// enrolled are the keys of the stand-in's customers.
func enrolled(t *rapid.T, s *standin.Server) []string {
	var b bytes.Buffer
	if err := s.Dump(&b); err != nil {
		t.Fatal(err)
	}
	var keys []string
	for dec := json.NewDecoder(&b); dec.More(); {
		var c struct {
			Keys map[string]string `json:"keys"`
		}
		if err := dec.Decode(&c); err != nil {
			t.Fatal(err)
		}
		for _, key := range c.Keys {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}
