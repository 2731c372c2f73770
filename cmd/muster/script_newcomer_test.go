package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"
)

// newcomersHeader is the header of the newcomer's book.
var newcomersHeader = []any{"#", "ID CRM", "Razón Social", "Nombre comercial", "NIT (con DV)", "Rep. legal",
	"Correo electrónico ", "Celular contacto", "Ciudad", "Fecha afiliación", "Observaciones"}

// cmdMkNewcomer writes a workbook as a customer may mail it on the first day: a merged title, a line of labels and a
// date, a header in row 4 of the first sheet, 60 made-up merchants with their NITs and phones in five spellings each,
// a hidden column, blank rows, a total, and two more sheets: mknewcomer FILE.
func cmdMkNewcomer(ts *testscript.TestScript, neg bool, args []string) {
	f := excelize.NewFile()
	defer f.Close()
	const sheet = "Base comercios"
	ts.Check(f.SetSheetName("Sheet1", sheet))
	set := func(row int, cells ...any) {
		ts.Check(f.SetSheetRow(sheet, fmt.Sprintf("A%d", row), &cells))
	}
	set(1, "BASE DE COMERCIOS ALIADOS – CORTE NOVIEMBRE 2026")
	ts.Check(f.MergeCell(sheet, "A1", "K1"))
	set(2, "Preparado por: Operaciones / Onboarding", nil, nil, nil, nil, nil, nil, "Fecha de corte:",
		time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC))
	set(4, newcomersHeader...)
	ts.Check(f.SetColVisible(sheet, "B", false))
	row := 5
	for n := 1; n <= 60; n++ {
		if n == 21 || n == 41 || n == 42 {
			row++ // a blank row
		}
		set(row, newcomersRow(n)...)
		row++
	}
	set(row+1, "TOTAL", nil, "60 comercios")
	for name, rows := range map[string][][]any{
		"Notas":     {{"Notas internas"}, {}, {"Los comercios en amarillo están en revisión"}},
		"Retirados": {newcomersHeader, newcomersRow(80), newcomersRow(81)},
	} {
		_, err := f.NewSheet(name)
		ts.Check(err)
		for i, cells := range rows {
			ts.Check(f.SetSheetRow(name, fmt.Sprintf("A%d", i+1), &cells))
		}
	}
	ts.Check(f.SaveAs(ts.MkAbs(args[0])))
}

// newcomersRow is a merchant of that book; of 60, three have no usable value in a required cell, and two have the NIT
// of an earlier one.
func newcomersRow(n int) []any {
	key := n
	if n == 51 || n == 58 {
		key = n - 41
	}
	nit := fmt.Sprint(900100000 + key*7919)
	digit := checkDigit(nit)
	dotted := nit[:3] + "." + nit[3:6] + "." + nit[6:]
	phone := fmt.Sprintf("310555%04d", 1000+n)
	mail := fmt.Sprintf("pagos%d@comercio.example.org", n)
	name := fmt.Sprintf("CAFETERÍA EL EJEMPLO %d SAS", n)
	row := []any{n, fmt.Sprintf("CRM-%d", 7000+n), name, name,
		[]any{dotted + "-" + digit, nit + "-" + digit, nit + digit, 900100000 + key*7919, " " + dotted + " - " + digit}[n%5],
		"Ana Ruiz", []any{mail, mail + "  ", strings.ToUpper(mail[:1]) + mail[1:], mail, " " + mail}[n%5],
		[]any{phone[:3] + " " + phone[3:6] + " " + phone[6:], phone, "+57 " + phone, "(" + phone[:3] + ") " + phone[3:],
			"57" + phone}[n%5],
		[]any{"Bogotá", "Medellín", "Cali"}[n%3], time.Date(2024, 1, n*13, 0, 0, 0, 0, time.UTC), nil}
	switch n {
	case 12:
		row[6] = "n/a"
	case 24:
		row[4], row[10] = nil, "falta NIT, pedir RUT"
	case 36:
		row[4], row[10] = "CC 52.123.456", "persona natural"
	}
	return row
}

// checkDigit is the check digit of a NIT with nine digits.
func checkDigit(nit string) string {
	sum := 0
	for i, weight := range []int{41, 37, 29, 23, 19, 17, 13, 7, 3} {
		sum += int(nit[i]-'0') * weight
	}
	if sum %= 11; sum > 1 {
		sum = 11 - sum
	}
	return fmt.Sprint(sum)
}
