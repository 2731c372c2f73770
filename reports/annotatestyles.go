package reports

import (
	"bytes"
	"fmt"

	"muster/pipeline"
	"muster/pipeline/sheetxml"
)

// plainStyles are the styles of a book without any: one format, for every cell.
const plainStyles = xmlDeclaration + `<styleSheet xmlns="` + spreadsheetML + `">` +
	`<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>` +
	`<fills count="2"><fill><patternFill patternType="none"/></fill>` +
	`<fill><patternFill patternType="gray125"/></fill></fills>` +
	`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
	`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
	`<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>`

const (
	stylesContent  = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
	stylesRelation = "rIdMusterStyles"
)

// withStyles adds a styles part to a book without one. It returns what changes, given the changes so far.
func (b bookParts) withStyles(styles []byte, changed changedParts) error {
	main, err := b.mainPart()
	if err != nil {
		return err
	}
	list := sheetxml.RelationsOf(main)
	relations, err := b.read(list)
	if err != nil {
		return err
	}
	if relations == nil {
		return pipeline.Fail("report.no_part", "part", list)
	}
	known, err := readRelations(relations, main)
	if err != nil {
		return fmt.Errorf("%s: %w", list, err)
	}
	name := ""
	for _, r := range known {
		if r.Kind == "styles" && !r.External {
			name = r.Target // of a missing part
		}
	}
	if name == "" {
		name = "xl/styles.xml"
		changed[list], err = withAdditions(relations, elements("Relationships", []string{`Relationship Id="` +
			stylesRelation + `" Type="` + relationships + `/styles" Target="/` + name + `"/>`}))
		if err != nil {
			return fmt.Errorf("%s: %w", list, err)
		}
	}
	types, there := changed[contentTypes]
	if !there {
		if types, err = b.read(contentTypes); err != nil {
			return err
		}
	}
	if !bytes.Contains(types, []byte(stylesContent)) {
		changed[contentTypes], err = withAdditions(types, elements("Types", []string{`Override PartName="/` + name +
			`" ContentType="` + stylesContent + `"/>`}))
	}
	changed[name] = styles
	return err
}

// mainPart is the name of the workbook part.
func (b bookParts) mainPart() (string, error) {
	list := sheetxml.RelationsOf("")
	relations, err := b.read(list)
	if err != nil {
		return "", err
	}
	if relations != nil {
		known, err := readRelations(relations, "")
		if err != nil {
			return "", fmt.Errorf("%s: %w", list, err)
		}
		for _, r := range known {
			if r.Kind == "officeDocument" && !r.External {
				return r.Target, nil
			}
		}
	}
	return "xl/workbook.xml", nil
}

func readRelations(text []byte, part string) ([]sheetxml.Relationship, error) {
	return sheetxml.ReadRelationships(sheetxml.NewScanner(bytes.NewReader(text), sheetxml.Options{}), part)
}
