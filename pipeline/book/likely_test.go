package book

import (
	"strings"
	"testing"

	"muster/pipeline"
)

// Texts of several languages are read correctly in every encoding that has their letters.
func TestEncodingsAreJudgedByTheirWords(t *testing.T) {
	texts := map[string]string{
		"Spanish": "Razón social Teléfono Dirección Código Número Identificación electrónico Año País García Peña Muñoz" +
			" Núñez Panadería Compañía Almacén Café Bogotá Medellín Pingüino",
		"capitals":       "RAZÓN TELÉFONO DIRECCIÓN CÓDIGO AÑO PAÍS GARCÍA LÓPEZ PEÑA MUÑOZ PANADERÍA CAFÉ BOGOTÁ CÚCUTA ÑANDÚ",
		"ASCII capitals": "RAZóN TELéFONO AñO PAíS GARCíA LóPEZ PEñA BOGOTá CúCUTA PANADERíA",
		"both":           "Razón Nombre PANADERÍA ÑANDÚ D’Angelo «Café» ¿Qué? Nº 3",
		"Portuguese":     "Razão Endereço São Paulo João Conceição Município Número Açaí Irmãos Três CORAÇÕES COMÉRCIO SÃO",
		"French":         "Société Générale Crédit Français Hélène Noël Château Garçon Forêt Pâtisserie HÉLÈNE CHÂTEAU",
		"German":         "Müller Köln Straße Schröder Bäckerei Gebrüder Größe München KÖLN BÄCKEREI ÜBERSEE",
	}
	for name, text := range texts {
		for _, e := range oneByteEncodings {
			raw, err := e.chart().NewEncoder().String(text)
			if err != nil {
				continue
			}
			for _, end := range []string{"\r\n", "\r"} {
				if end == "\r" && e != encodingMacintosh {
					continue // no other program writes them
				}
				b, err := openBytes("book.csv", []byte("1"+end+strings.ReplaceAll(raw, " ", end)), Options{})
				if err != nil {
					t.Errorf("%s in %s: %v", name, e.name(), err)
					continue
				}
				got, err := rowsOf(b)
				var words []string
				for _, r := range got {
					words = append(words, r.Cells[0])
				}
				if strings.Join(words, " ") != text || err != nil {
					t.Errorf("%s in %s is read as %s: %q, %v", name, e.name(), b.Encoding(), words, err)
				}
			}
		}
	}
}

func TestEncodingsInDoubt(t *testing.T) {
	const content = "NIT,Nombre\n1,plain\n2,MUNIC\xd6PIO UNO\n"
	path := write(t, "book.csv", []byte(content))
	e := refusedBy(t, path, Options{})
	const want = `book.encoding_in_doubt first="windows-1252" second="cp850" sample="MUNICÖPIO" other="MUNICÍPIO"`
	if e.What.String() != want || e.Place.Line != 3 || e.Hint.Arg("first") != "windows-1252" || e.Hint.Arg("second") != "cp850" {
		t.Errorf("line %d: %s; %s", e.Place.Line, e.What, e.Hint)
	}
	remember := func(name string) func() string { return func() string { return name } }
	for name, want := range map[string]string{"cp850": "MUNICÍPIO UNO", "windows-1252": "MUNICÖPIO UNO"} {
		for _, o := range []Options{{Remembered: remember(name)}, {Reading: pipeline.Reading{Encoding: name}}} {
			b := open(t, path, o)
			if got, err := rows(t, b); err != nil || got[1].Cells[1] != want || b.Encoding() != name {
				t.Errorf("%s: %v %v", name, got, err)
			}
		}
	}
	for _, name := range []string{"", "utf-8", "utf-16", "ebcdic"} {
		if e := refusedBy(t, path, Options{Remembered: remember(name)}); e.What.Code != "book.encoding_in_doubt" {
			t.Errorf("%s: %v", name, e)
		}
	}
	// The remembered encoding is ignored when the text is clear.
	clear := write(t, "book.csv", []byte("NIT,Raz\x97n social\r1,PANADER\xeaA \x84AND\xf2\r"))
	if b := open(t, clear, Options{Remembered: remember("windows-1252")}); b.Encoding() != "macintosh" {
		t.Error(b.Encoding())
	}
}

// One damaged byte does not change the encoding of an otherwise clear text.
func TestADamagedByteIsNoOtherEncoding(t *testing.T) {
	content := "a,b\n" + strings.Repeat("M\xe9xico,Bogot\xe1 Pe\xf1a\n", 3) + "Ju\x81rez,2\n"
	b, err := openBytes("book.csv", []byte(content), Options{})
	if err == nil {
		_, err = rowsOf(b)
	}
	if m, ok := err.(*pipeline.Mistake); !ok || m.Place.Line != 5 || m.What.Code != "book.not_in_encoding" {
		t.Errorf("%v", err)
	}
}
