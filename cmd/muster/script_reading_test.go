package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// cmdProtect encrypts a workbook with a password: protect FILE PASSWORD OUT.
func cmdProtect(ts *testscript.TestScript, neg bool, args []string) {
	raw, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	locked, err := excelize.Encrypt(raw, &excelize.Options{Password: args[1]})
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), locked, 0o600))
}

// cmdMkMapping writes a workbook whose sheets are CSV files, every cell a text: mkmapping OUT SHEET=FILE...
func cmdMkMapping(ts *testscript.TestScript, neg bool, args []string) {
	f := excelize.NewFile()
	for i, arg := range args[1:] {
		sheet, file, _ := strings.Cut(arg, "=")
		if i == 0 {
			ts.Check(f.SetSheetName("Sheet1", sheet))
		} else {
			_, err := f.NewSheet(sheet)
			ts.Check(err)
		}
		records, err := csv.NewReader(strings.NewReader(ts.ReadFile(file))).ReadAll()
		ts.Check(err)
		for n, record := range records {
			ts.Check(f.SetSheetRow(sheet, fmt.Sprintf("A%d", n+1), &record))
		}
	}
	ts.Check(f.SaveAs(ts.MkAbs(args[0])))
	ts.Check(f.Close())
}

// cmdSpell rewrites a text in another encoding, with Windows line ends: spell ENCODING FILE OUT.
func cmdSpell(ts *testscript.TestScript, neg bool, args []string) {
	to := map[string]*encoding.Encoder{
		"windows-1252": charmap.Windows1252.NewEncoder(),
		"utf-16":       unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder(),
	}[args[0]]
	text, err := to.String(strings.ReplaceAll(ts.ReadFile(args[1]), "\n", "\r\n"))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(text), 0o600))
}
