package book

import (
	"math"
	"strconv"

	"muster/pipeline"
)

// rawCell is one cell as in the sheet's XML. Cells with only a format are not returned.
type rawCell struct {
	column  int
	kind    string // the t attribute; "" is n
	style   string // the s attribute; "" is 0
	value   string // of v, or of is
	formula bool
	rich    bool // the vm attribute: the cell has more than its value, such as a picture
	stored  bool // there is a v or an is
}

// cellTexts converts raw cells to text.
type cellTexts struct {
	strings stringTable
	styles  []numberFormat
	date    dateSystem
	trimmed bool // the last cell lost white space
}

// text is the cell's text, trimmed, and what is wrong with it, nil for nothing. An error means that the cell breaks
// the format of the book.
func (x *cellTexts) text(row int, c *rawCell) (string, *fault, error) {
	x.trimmed = false
	if c.formula && (!c.stored || len(c.value) == 0 && c.kind != "str") {
		return "", &fault{c.column, pipeline.ProblemErrorCell, pipeline.Say("formula_without_result")}, nil
	}
	switch c.kind {
	case "inlineStr", "str":
		whole := unescape(c.value)
		text := trim(whole)
		x.trimmed = len(text) < len(whole)
		return textCell(c, text)
	}
	value := trim(c.value)
	if value == "" {
		return "", nil, nil
	}
	switch c.kind {
	case "", "n":
		return x.number(row, c, value)
	case "s":
		i, err := strconv.Atoi(value)
		if s, ok := x.strings.at(i); err == nil && ok {
			x.trimmed = x.strings.trimmed.has(i)
			return textCell(c, s)
		}
		return "", nil, cellError(row, c.column, "book.cell_text_missing")
	case "b":
		switch value {
		case "1", "true":
			return "TRUE", nil, nil
		case "0", "false":
			return "FALSE", nil, nil
		}
		return "", nil, cellError(row, c.column, "book.cell_no_boolean")
	case "e":
		if c.rich && value == "#VALUE!" {
			return "", nil, nil // a picture in a cell, as programs that do not support those show it
		}
		f := errorFault(c.column, value)
		return "", &f, nil
	case "d":
		f, err := x.format(row, c)
		if err != nil {
			return "", nil, err
		}
		return x.date.isoText(value, f.first.class), nil, nil
	}
	return "", nil, cellError(row, c.column, "book.cell_type_unknown")
}

// textCell is a cell with a text.
func textCell(c *rawCell, text string) (string, *fault, error) {
	if shortened(text) {
		f := shortenedFault(c.column)
		return text, &f, nil
	}
	return dateAlone(text), nil, nil
}

func (x *cellTexts) number(row int, c *rawCell, value string) (string, *fault, error) {
	text, digits, ok := numberText(value)
	if !ok {
		return "", nil, cellError(row, c.column, "book.cell_no_number")
	}
	styled, err := x.format(row, c)
	if err != nil {
		return "", nil, err
	}
	f, serial := styled.first, 0.0
	if len(styled.others) > 0 || f.class != formatNumber {
		if serial, err = strconv.ParseFloat(value, 64); err != nil {
			serial = math.Inf(1) // beyond a float64: greater than any condition, and no date
		}
		f = styled.of(serial)
	}
	if f.blank && serial == 0 {
		return "", nil, nil // a zero that the format hides
	}
	if f.class != formatNumber {
		if text, ok := x.date.dateText(serial, f.class); ok {
			return text, nil, nil
		}
		return "", &fault{c.column, pipeline.ProblemMangled, pipeline.Say("not_a_date_by_format")}, nil
	}
	if digits > exactDigits {
		tooLong := pipeline.Say("number_too_long", "digits", exactDigits)
		return text, &fault{c.column, pipeline.ProblemMangled, tooLong}, nil
	}
	if f.mask != "" && onlyDigits(text) {
		text = trim(masked(f.mask, text))
	}
	return text, nil, nil
}

// format is the number format of a cell.
func (x *cellTexts) format(row int, c *rawCell) (*numberFormat, error) {
	style := c.style
	if style == "" {
		style = "0"
	}
	i, err := strconv.Atoi(style)
	if i == 0 && err == nil && len(x.styles) == 0 {
		return &numberFormat{}, nil // a workbook without styles
	}
	if err != nil || i < 0 || i >= len(x.styles) {
		return nil, cellError(row, c.column, "book.cell_style_missing")
	}
	return &x.styles[i], nil
}

func cellError(row, column int, code pipeline.MessageCode, pairs ...any) *pipeline.Mistake {
	return pipeline.Wrong(code, pairs...).Advise(saveAgain()).
		At(pipeline.Place{Row: row, Column: pipeline.ColumnLetters(column)})
}
