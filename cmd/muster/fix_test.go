package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"

	"muster/pipeline"
)

var fixCommands = map[string]func(*testscript.TestScript, bool, []string){
	"mkbroken":    cmdMkBroken,
	"mkown":       cmdMkOwn,
	"inneed":      cmdInNeed,
	"sameinvalid": cmdSameInvalid,
	"mend":        cmdMend,
	"edit":        cmdEdit,
	"drop":        cmdDrop,
	"again":       cmdAgain,
	"together":    cmdTogether,
	"nosheet":     cmdNoSheet,
}

// cmdFix runs one of fixCommands: fix mend results.xlsx good.csv.
func cmdFix(ts *testscript.TestScript, neg bool, args []string) {
	do, ok := fixCommands[args[0]]
	if !ok {
		ts.Fatalf("there is no fix %s", args[0])
	}
	do(ts, neg, args[1:])
}

// cmdMkBroken writes a book of N made-up people that need conversions, and another in which K of its rows are broken:
// mkbroken GOOD BROKEN N K.
func cmdMkBroken(ts *testscript.TestScript, neg bool, args []string) {
	n, err := strconv.Atoi(args[2])
	ts.Check(err)
	k, err := strconv.Atoi(args[3])
	ts.Check(err)
	header := []string{"Cliente", "Nombre", "Apellido", "Sexo", "Nacimiento", "Correo", "Domicilio", "Calle", "Ciudad",
		"Postal", "Estado", "País", "Celular", "SSN", "Notas, internas"}
	good, broken := [][]string{header}, [][]string{header}
	for i := range n {
		row := []string{fmt.Sprintf("C-%03d", i), fmt.Sprintf("Ana%d  María", i), "Ejemplo", "F", "02/01/1980",
			fmt.Sprintf("ANA%d@example.org", i), "casa", "1 Main St", "Austin", "07801", "Texas", "Estados Unidos",
			"(512) 555-0100", fmt.Sprintf("219-09-%04d", i), "=nota 007"}
		good = append(good, row)
		if i%(n/k) == n/k-1 {
			row = slices.Clone(row)
			switch (i / (n / k)) % 4 {
			case 0:
				row[4] = "02/01/80"
			case 1:
				row[5], row[3] = "ana en example.org", "#N/A"
			case 2:
				row[2], row[6] = "", "oficina"
			case 3:
				row[0], row[2] = good[len(good)-2][0], "Otra" // the reference of an earlier row of the book
			}
		}
		broken = append(broken, row)
	}
	for i, rows := range [][][]string{good, broken} {
		f, err := os.Create(ts.MkAbs(args[i]))
		ts.Check(err)
		ts.Check(csv.NewWriter(f).WriteAll(rows))
		ts.Check(f.Close())
	}
}

// cmdMkOwn writes a Passport book with two sheets, one of which is called muster and begins in row 3: mkown FILE.
func cmdMkOwn(ts *testscript.TestScript, neg bool, args []string) {
	f := excelize.NewFile()
	defer f.Close()
	ts.Check(f.SetSheetName("Sheet1", "Book"))
	_, err := f.NewSheet("muster")
	ts.Check(err)
	for i, row := range [][]any{{"identification_number", "business_name", "email", "mobile_phone_number"},
		{"999000111", "EJEMPLO SAS", "pagos@example.org", "+573005550100"}} {
		ts.Check(f.SetSheetRow("Book", "A"+strconv.Itoa(i+1), &row))
		ts.Check(f.SetSheetRow("muster", "A"+strconv.Itoa(i+3), &row))
	}
	ts.Check(f.SaveAs(ts.MkAbs(args[0])))
}

// inNeed are the rows of a CSV report that the sheet Fix must have, by their numbers.
func inNeed(ts *testscript.TestScript, file string) map[string]string {
	header, rows := readReport(ts, file)
	need := map[string]string{}
	for _, row := range rows {
		state := pipeline.State(cell(ts, header, row, "state"))
		if state.NeedsFix() && cell(ts, header, row, "code") != pipeline.CodeSameData {
			need[cell(ts, header, row, "row")] = cell(ts, header, row, "message")
		}
	}
	return need
}

func fixRows(ts *testscript.TestScript, file string) (*excelize.File, [][]string) {
	f, err := excelize.OpenFile(ts.MkAbs(file))
	ts.Check(err)
	rows, err := f.GetRows(pipeline.FixSheet, excelize.Options{RawCellValue: true})
	ts.Check(err)
	return f, rows
}

// cmdInNeed compares the sheet Fix of a workbook with the CSV report of the same run: the same rows, each with a
// comment on a coloured cell: inneed CSV XLSX N
func cmdInNeed(ts *testscript.TestScript, neg bool, args []string) {
	need := inNeed(ts, args[0])
	if strconv.Itoa(len(need)) != args[2] {
		ts.Fatalf("%d rows are to be fixed, want %s", len(need), args[2])
	}
	f, rows := fixRows(ts, args[1])
	defer f.Close()
	comments, err := f.GetComments(pipeline.FixSheet)
	ts.Check(err)
	said := map[int]int{}
	for _, c := range comments {
		_, row, err := excelize.CellNameToCoordinates(c.Cell)
		ts.Check(err)
		said[row]++
	}
	if rows[0][0] != pipeline.OriginColumn {
		ts.Fatalf("the first column is %q", rows[0][0])
	}
	for i, row := range rows[1:] {
		if _, ok := need[row[0]]; !ok {
			ts.Fatalf("row %s is not to be fixed, or stands there twice", row[0])
		}
		delete(need, row[0])
		if said[i+2] == 0 {
			ts.Fatalf("row %s has no comment", row[0])
		}
	}
	if len(need) > 0 {
		ts.Fatalf("not in the sheet: %v", need)
	}
}

// cmdSameInvalid compares the invalid rows of two reports: sameinvalid ONE TWO
func cmdSameInvalid(ts *testscript.TestScript, neg bool, args []string) {
	invalid := func(file string) map[string]string {
		found := map[string]string{}
		header, rows := readReport(ts, file)
		for _, row := range rows {
			if cell(ts, header, row, "state") == string(pipeline.Invalid) {
				message := strings.ReplaceAll(cell(ts, header, row, "message"),
					"the error value #N/A: fix the formula or type the value", "an error value: type the value")
				found[cell(ts, header, row, "row")] = message + "|" + cell(ts, header, row, "book")
			}
		}
		return found
	}
	one, two := invalid(args[0]), invalid(args[1])
	if d := cmp.Diff(one, two); d != "" || len(one) == 0 {
		ts.Fatalf("%s", d)
	}
}

// fixLead is how many columns of muster's own begin the sheet Fix.
const fixLead = 2

// cmdMend puts the cells of a good book into the sheet Fix of a workbook, row by
// row as the first column says: mend WORKBOOK BOOK [upside-down]
func cmdMend(ts *testscript.TestScript, neg bool, args []string) {
	good, err := csv.NewReader(strings.NewReader(ts.ReadFile(args[1]))).ReadAll()
	ts.Check(err)
	f, rows := fixRows(ts, args[0])
	defer f.Close()
	order := rows[1:]
	if len(args) > 2 {
		order = slices.Clone(order)
		slices.Reverse(order)
	}
	for i, row := range order {
		number, err := strconv.Atoi(row[0])
		ts.Check(err)
		ts.Check(f.SetCellInt(pipeline.FixSheet, pipeline.CellRef(0, i+2), int64(number)))
		for j, c := range good[number-1] {
			ts.Check(f.SetCellFormula(pipeline.FixSheet, pipeline.CellRef(j+fixLead, i+2), ""))
			ts.Check(f.SetCellStr(pipeline.FixSheet, pipeline.CellRef(j+fixLead, i+2), c))
		}
	}
	ts.Check(f.Save())
}

// cmdEdit saves a workbook under another name with other values in cells of the sheet Fix: edit FROM TO CELL=VALUE...
func cmdEdit(ts *testscript.TestScript, neg bool, args []string) {
	f, err := excelize.OpenFile(ts.MkAbs(args[0]))
	ts.Check(err)
	defer f.Close()
	for _, arg := range args[2:] {
		at, value, _ := strings.Cut(arg, "=")
		ts.Check(f.SetCellStr(pipeline.FixSheet, at, value))
	}
	ts.Check(f.SaveAs(ts.MkAbs(args[1])))
}

// cmdDrop saves a workbook under another name without some rows of the sheet Fix, by their numbers there: drop FROM
// TO ROW...
func cmdDrop(ts *testscript.TestScript, neg bool, args []string) {
	f, err := excelize.OpenFile(ts.MkAbs(args[0]))
	ts.Check(err)
	defer f.Close()
	for i, arg := range args[2:] {
		row, err := strconv.Atoi(arg)
		ts.Check(err)
		ts.Check(f.RemoveRow(pipeline.FixSheet, row-i))
	}
	ts.Check(f.SaveAs(ts.MkAbs(args[1])))
}

// cmdAgain runs the command that the summary of a workbook names, in a shell, without questions: again WORKBOOK
func cmdAgain(ts *testscript.TestScript, neg bool, args []string) {
	f, err := excelize.OpenFile(ts.MkAbs(args[0]))
	ts.Check(err)
	defer f.Close()
	rows, err := f.GetRows("Summary")
	ts.Check(err)
	command := ""
	for _, row := range rows {
		if len(row) > 0 && strings.HasPrefix(row[0], "muster import ") {
			command = row[0]
		}
	}
	if command == "" {
		ts.Fatalf("the summary names no command")
	}
	ts.Logf("%s", command)
	err = ts.Exec("sh", "-c", command+" --yes")
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		ts.Fatalf("exit code %d", exit.ExitCode())
	}
	ts.Check(err)
}

// cmdTogether compares two reports: the second created the rows that the first left to fix, so that every row of a
// book of N rows has an ID in one of them: together FIRST SECOND N
func cmdTogether(ts *testscript.TestScript, neg bool, args []string) {
	need := inNeed(ts, args[0])
	ids := map[string]string{}
	for i, file := range args[:2] {
		header, rows := readReport(ts, file)
		for _, row := range rows {
			number, id := cell(ts, header, row, "row"), cell(ts, header, row, "customer_id")
			if i == 1 {
				if _, ok := need[number]; !ok {
					ts.Fatalf("row %s was not to be fixed", number)
				}
				delete(need, number)
			}
			if id != "" {
				ids[number] = id
			}
		}
	}
	if len(need) > 0 {
		ts.Fatalf("the second report does not have %v", need)
	}
	if strconv.Itoa(len(ids)) != args[2] {
		ts.Fatalf("%d rows have an ID, want %s", len(ids), args[2])
	}
	for i := range len(ids) {
		if ids[strconv.Itoa(i+2)] == "" {
			ts.Fatalf("row %d has no ID", i+2)
		}
	}
}

// cmdNoSheet checks that a workbook has no such sheet: nosheet WORKBOOK SHEET
func cmdNoSheet(ts *testscript.TestScript, neg bool, args []string) {
	f, err := excelize.OpenFile(ts.MkAbs(args[0]))
	ts.Check(err)
	defer f.Close()
	if slices.Contains(f.GetSheetList(), args[1]) {
		ts.Fatalf("there is a sheet %s", args[1])
	}
}
