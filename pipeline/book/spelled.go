package book

import (
	"strings"

	"muster/pipeline"
)

// meant returns the text of a cell written as a formula, such as ="00123", which some programs write so that a
// spreadsheet program does not turn the text into a number; false for any other cell.
func meant(cell string) (string, bool) {
	n := len(cell)
	if n < 3 || cell[0] != '=' || cell[1] != '"' || cell[n-1] != '"' {
		return cell, false
	}
	text := cell[2 : n-1]
	if !strings.Contains(text, `"`) {
		return text, true
	}
	single := strings.ReplaceAll(text, `""`, "")
	if strings.Contains(single, `"`) {
		return cell, false // the formula joins several texts
	}
	return strings.ReplaceAll(text, `""`, `"`), true
}

// dateAlone returns a cell's date without a midnight after it, as written by programs that store every date with a
// time; any other cell is returned unchanged.
func dateAlone(cell string) string {
	if n := len(cell); n < shortestMidnight || n > 40 || cell[0] < '0' || cell[0] > '9' {
		return cell
	}
	at := strings.IndexAny(cell, " T")
	if at < len("1/1/2006") || at > len("01/01/2006") || !isDate(cell[:at]) || !isMidnight(cell[at+1:]) {
		return cell
	}
	return cell[:at]
}

const shortestMidnight = len("1/1/2006 0:00")

// isDate reports whether the text is a date written in numbers, in any order.
func isDate(text string) bool {
	for _, separator := range "-/." {
		parts := strings.Split(text, string(separator))
		if len(parts) != 3 {
			continue
		}
		years := 0
		for _, p := range parts {
			if !onlyDigits(p) || len(p) != 4 && (len(p) < 1 || len(p) > 2) {
				return false
			}
			if len(p) == 4 {
				years++
			}
		}
		return years == 1 && len(parts[1]) != 4
	}
	return false
}

// isMidnight reports whether the text is 00:00:00, with or without a fraction and a zone, 0:00 or 12:00:00 AM.
func isMidnight(text string) bool {
	half := ""
	if before, after, ok := strings.Cut(text, " "); ok {
		text, half = before, strings.ToUpper(strings.ReplaceAll(strings.ReplaceAll(after, ".", ""), " ", ""))
	}
	if half != "" && half != "AM" {
		return false
	}
	text, ok := withoutClockZone(text)
	hour, rest, there := strings.Cut(text, ":")
	if !ok || !there || half == "AM" && hour != "12" && strings.Trim(hour, "0") != "" {
		return false
	}
	if half == "" && strings.Trim(hour, "0") != "" || hour == "" || len(hour) > 2 {
		return false
	}
	return rest != "" && strings.Trim(rest, "0:.") == "" && (rest == "00" || strings.HasPrefix(rest, "00:00"))
}

// withoutClockZone removes a time zone after a time of day.
func withoutClockZone(text string) (string, bool) {
	text = strings.TrimSuffix(text, "Z")
	i := strings.LastIndexAny(text, "+-")
	if i < 0 {
		return text, true
	}
	zone := strings.Replace(text[i+1:], ":", "", 1)
	return text[:i], onlyDigits(zone) && (len(zone) == 2 || len(zone) == 4)
}

// Spelled says how many cells were written ="…" in the rows of the last call of [Book.Rows]; nil if there were none.
func (b *Book) Spelled() *pipeline.Message {
	if b.spelled == 0 {
		return nil
	}
	return pipeline.Say("book.text_as_formula", "count", b.spelled)
}
