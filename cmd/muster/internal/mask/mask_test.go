package mask

import "testing"

func TestText(t *testing.T) {
	for cell, want := range map[string]string{
		"":                         "",
		"CAFÉ DEL EJEMPLO SAS":     "CAFÉ DEL EJEMPLO SAS",
		"900.155.433-6":            "900.***.***-*",
		"9001554336":               "900*******",
		"+57 (310) 555-1212":       "+57 (3**) ***-****",
		"CC 52.123.456":            "CC 52.1**.***",
		"310 555 1212 / 320555999": "310 *** **** / 320******",
		"CRM-7001":                 "CRM-7001",
		"123456":                   "123456",
		"2026-11-25":               "2026-11-25",
		"25/11/2026 10:00":         "25/11/2026 10:00",
		"20261125":                 "202*****",
		"pagos@cafe.example.org":   "p***@cafe.example.org",
		"ñandú@a.co; b@c.co":       "ñ***@a.co; b***@c.co",
		"3105551212@a.example.org": "3***@a.example.org",
	} {
		if got := Text(cell); got != want {
			t.Errorf("%q is shown as %q, want %q", cell, got, want)
		}
	}
}

func TestShort(t *testing.T) {
	for text, want := range map[string]string{"a  b\nc": "a b c", "ñandúes": "ñandúes", "ñandúes azules": "ñandúes…"} {
		if got := Short(text, 8); got != want {
			t.Errorf("%q is shown as %q, want %q", text, got, want)
		}
	}
}
