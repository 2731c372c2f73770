package book

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"muster/pipeline"
)

// password opens the files in testdata/protected, which other programs wrote; the README there says which.
const password = "Clave ñ 7"

func protectedFile(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "protected", name))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestProtectedBooks(t *testing.T) {
	want := []row{
		{Number: 2, Cells: []string{"099000022", `CAFÉ "SIERRA" DE EJEMPLO`}},
		{Number: 3, Cells: []string{"999000011", "Ñandú & Muestra"}},
	}
	for _, name := range []string{"agile-sha512.xlsx", "standard.xlsx", "protected-from-change.xlsx"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join("testdata", "protected", name)
			if d := cmp.Diff(want, readAll(t, path, Options{Password: password, Sheet: "clientes"})); d != "" {
				t.Error(d)
			}
			if b := open(t, path, Options{Password: password}); b.Protected() == (name == "protected-from-change.xlsx") {
				t.Error("whose password is it?")
			}
			asks := name != "protected-from-change.xlsx"
			if !asks {
				if d := cmp.Diff(want, readAll(t, path, Options{})); d != "" {
					t.Error(d)
				}
				return
			}
			e := refusedBy(t, path, Options{})
			if e.What.Code != "book.needs_password" || e.Hint.Code != "book.name_password_file" {
				t.Errorf("without a password: %v (%s)", e, e.Hint.String())
			}
			for _, wrong := range []string{"clave ñ 7", "Clave ñ 7 ", "x"} {
				e := refusedBy(t, path, Options{Password: wrong})
				if e.What.Code != "book.wrong_password" {
					t.Errorf("with another password: %v", e)
				}
			}
		})
	}
}

// A password is a secret: no error may repeat it, whatever goes wrong.
func TestNoErrorHoldsThePassword(t *testing.T) {
	const secret = "tr0ub4dor&3"
	for _, name := range []string{"agile-sha512.xlsx", "standard.xlsx"} {
		if e := refusedBy(t, filepath.Join("testdata", "protected", name),
			Options{Password: secret}); strings.Contains(e.Error()+e.Hint.String(), secret) {
			t.Errorf("%v (%s)", e, e.Hint.String())
		}
	}
}

// The sizes are a few segments, many segments, and one so large that the compound file needs a table of its tables.
func TestProtectedBooksOfAnySize(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, long := range []int{20, 200, 30_000} {
		var sheet strings.Builder
		sheet.WriteString(`<row><c t="str"><v>n</v></c></row>`)
		last := ""
		for range long {
			letters := make([]byte, 400) // so that they compress badly
			for i := range letters {
				letters[i] = 'A' + byte(random.IntN(58))
			}
			last = string(letters)
			sheet.WriteString(`<row><c t="str"><v>` + last + `</v></c></row>`)
		}
		locked, err := excelize.Encrypt(workbookOf(t, sheet.String()), &excelize.Options{Password: password})
		if err != nil {
			t.Fatal(err)
		}
		if long == 30_000 && len(locked) < 8<<20 {
			t.Fatalf("only %d bytes", len(locked))
		}
		got := readAll(t, write(t, "book.xlsx", locked), Options{Password: password})
		if len(got) != long || got[long-1].Cells[0] != last {
			t.Errorf("%d of %d rows", len(got), long)
		}
	}
}

func TestProtectedBooksOfAnotherKind(t *testing.T) {
	agile := protectedFile(t, "agile-sha512.xlsx")
	swap := func(old, new string) []byte {
		t.Helper()
		if len(old) != len(new) || !bytes.Contains(agile, []byte(old)) {
			t.Fatalf("%q cannot stand for %q", new, old)
		}
		return bytes.Replace(agile, []byte(old), []byte(new), 1)
	}
	tests := []struct {
		name    string
		content []byte
		want    pipeline.MessageCode
	}{
		{"another cipher", swap(`cipherAlgorithm="AES"`, `cipherAlgorithm="RC2"`), "book.encryption_unknown"},
		{"another hash", swap(`hashAlgorithm="SHA512"`, `hashAlgorithm="SHA999"`), "book.encryption_unknown"},
		{"work that is none", swap(`spinCount="100000"`, `spinCount="-10000"`), "book.compound_damaged"},
		{"a salt that is none", swap(`saltValue="`, `saltVolue="`), "book.compound_damaged"},
		{"for a person's certificate", bytes.Replace(agile, []byte("keyEncryptor/password"),
			[]byte("keyEncryptor/passw0rd"), -1), "book.encrypted_for_people"},
		{"cut", agile[:len(agile)/2], "book.compound_damaged"},
		{"no more than a header", agile[:512], "book.compound_damaged"},
		{"another version", func() []byte {
			b := bytes.Clone(agile)
			at := bytes.Index(b, []byte("\x04\x00\x04\x00\x40\x00\x00\x00<?xml"))
			if at < 0 {
				t.Fatal("where is the version?")
			}
			binary.LittleEndian.PutUint16(b[at:], 9)
			return b
		}(), "book.encryption_unknown"},
		{"a header that claims four billion sectors", func() []byte {
			b := bytes.Clone(agile)
			binary.LittleEndian.PutUint32(b[44:], 0xfffffff0)
			return b
		}(), "book.compound_damaged"},
		{"an old workbook", renamed(agile, "EncryptionInfo", "Workbook"), "book.is_xls_renamed"},
		{"an old letter", renamed(agile, "EncryptionInfo", "WordDocument"), "book.is_old_document"},
		{"something else", renamed(agile, "EncryptionInfo", "Contents"), "book.is_old_binary"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := refusedBy(t, write(t, "book.xlsx", tt.content), Options{Password: password})
			if e.What.Code != tt.want || e.Hint == nil {
				t.Errorf("%v (%s), want %q", e, e.Hint, tt.want)
			}
		})
	}
}

// An old workbook with a password gets a different mistake from one without.
func TestOldWorkbookWithAPassword(t *testing.T) {
	agile := protectedFile(t, "agile-sha512.xlsx")
	// Put BOF, then FILEPASS, in place of the description of the encryption.
	at := bytes.Index(agile, []byte("\x04\x00\x04\x00\x40\x00\x00\x00<?xml"))
	copy(agile[at:], "\x09\x08\x02\x00\x00\x06\x2f\x00\x02\x00\x00\x00")
	e := refusedBy(t, write(t, "book.xlsx", renamed(agile, "EncryptionInfo", "Workbook")), Options{})
	if e.What.Code != "book.is_xls_with_password" {
		t.Error(e)
	}
}

// renamed gives a stream of a compound file another name.
func renamed(raw []byte, from, to string) []byte {
	wide := func(s string) []byte {
		b := make([]byte, 66)
		for i, u := range utf16.Encode([]rune(s)) {
			binary.LittleEndian.PutUint16(b[2*i:], u)
		}
		binary.LittleEndian.PutUint16(b[64:], uint16(2*len(s)+2))
		return b
	}
	return bytes.ReplaceAll(raw, wide(from), wide(to))
}

// Whatever a compound file contains, opening it returns a book or a refusal.
func FuzzProtected(f *testing.F) {
	for _, name := range []string{"agile-sha512.xlsx", "standard.xlsx"} {
		// With fewer rounds to compute, the fuzzer gets further.
		raw := bytes.Replace(protectedFile(f, name), []byte(`spinCount="100000"`), []byte(`spinCount="1"     `), 1)
		f.Add(raw)
		f.Add(renamed(raw, "EncryptionInfo", "Workbook"))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := openBytes("book.xlsx", data, Options{Password: password})
		if err == nil {
			_, err = rows(t, b)
		}
		var e *pipeline.Mistake
		if err != nil && !errors.As(err, &e) {
			t.Error(err)
		}
	})
}
