package main

import (
	"encoding/json"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// leaves are what two packages around pipeline must do alike. They import the
// standard library only.
var leaves = []string{"muster/pipeline/files", "muster/pipeline/offcrypto", "muster/pipeline/sheetxml"}

// TestImportDirections holds the star of the design: pipeline imports the
// standard library only; the packages around it import it and not one
// another; cmd/... wires; nobody else imports cmd.
func TestImportDirections(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports,Standard", "muster/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	around := 0
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		for _, imported := range p.Imports {
			ours := strings.HasPrefix(imported, "muster/")
			switch {
			case strings.HasPrefix(p.ImportPath, "muster/cmd/"):
			case p.ImportPath == "muster/pipeline" || slices.Contains(leaves, p.ImportPath):
				if ours || strings.Contains(strings.Split(imported, "/")[0], ".") {
					t.Errorf("%s imports %s; it may import the standard library only", p.ImportPath, imported)
				}
			case slices.Contains(leaves, imported):
			case ours && imported != "muster/pipeline":
				t.Errorf("%s imports %s; the packages around pipeline do not know one another", p.ImportPath, imported)
			}
		}
		if !strings.HasPrefix(p.ImportPath, "muster/cmd/") && p.ImportPath != "muster/pipeline" {
			around++
		}
	}
	if around < 8 {
		t.Errorf("only %d packages around pipeline were looked at", around)
	}
}
