package mapping

import (
	"testing"

	"muster/pipeline"
)

func TestCodesOfOtherPrograms(t *testing.T) {
	for s, want := range map[string]string{
		`PE\u00d1A SAS`: "cells.code", `PE\xd1A`: "cells.code", `O\'Brien`: "cells.code", `LA \"14\"`: "cells.code",
		"Caf=C3=A9": "cells.code", "=?UTF-8?Q?Caf=C3=A9?=": "cells.code", "Caf%C3%A9": "cells.code",
		"UNO%20SAS": "cells.code", "<b>UNO</b> SAS": "cells.code", "UNO<br/>SAS": "cells.code",
		`UNO <font color="red">`: "cells.code",
		"{{name}}":               "cells.unfilled", "${name} SAS": "cells.unfilled",
		"ESPA¥A": "cells.read_twice", "PANADER¡A": "cells.read_twice", "Ni¤o": "cells.read_twice",
		"Almac‚n": "cells.read_twice",

		`AC\DC`: "", "50% SAS": "", "50%20": "", "Uno <Dos> Tres": "", "A<B": "", "{A}": "", "A=B": "", "=C3": "",
		"https://example.org/caf%C3%A9%20uno": "", "www.example.org/caf%C3%A9": "", "¡Hola! ¿Qué?": "",
		"¥ Yen": "", "Uno¡": "", "$5": "", "Peña & Niño": "",
	} {
		got := ""
		if m := damage(s, false); m != nil {
			got = string(m.Code)
		}
		if got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
		if k := kindOf("business_name"); got != "" && (&inspection{kind: k}).fine(s) {
			t.Errorf("%q is not looked at", s)
		}
	}
}

// What a spreadsheet program has taken for a date is neither a name nor part of an address.
func TestDatesAlone(t *testing.T) {
	for s, want := range map[string]bool{
		"2026-02-01": true, "01/02/2026": true, "1.2.2026": true, "1-mar": true, "12-Dic": true, "mar-01": true,
		"Sept-02": true, "2-Sep-2026": true, "1/ene/26": true,
		"24/7": false, "1-2": false, "7-11": false, "1-2-3": false, "17101-0001": false, "Mar 1": false, "Mar": false,
		"Calle 1-2-2026": false, "3-May Street": false, "10-12-26": false, "1-mart": false, "20-20-2026-1": false,
	} {
		if isDateAlone(s) != want {
			t.Errorf("%q: want %t", s, want)
		}
		for _, path := range []string{"business_name", "first_name", "billing_address.line1", "billing_address.zip_code"} {
			f := pipeline.Field{Path: path}
			in := inspection{field: &f, kind: kindOf(path), undated: isUndated(&f)}
			if m := in.damage(s); (m != nil) != want || want && in.fine(s) {
				t.Errorf("%s, %q: %v", path, s, m)
			}
		}
	}
	for _, f := range []pipeline.Field{{Path: "date_of_birth"}, {Path: "reference"}, {Path: "purpose"},
		{Path: "address.valid_from"}, {Path: "name_changed_on"}, {Path: "addresses[0].date", Format: "date"},
		{Path: "address.moved", Example: "2026-02-01"},
		{Path: "address.moved", Pattern: `^\d{4}-\d\d-\d\d$`}} {
		if isUndated(&f) {
			t.Errorf("%s takes no dates", f.Path)
		}
	}
}
