package book

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"muster/pipeline"
)

func BenchmarkRows(b *testing.B) {
	const columns, lines = 20, 20_000
	var csv, sheet strings.Builder
	for i := range lines + 1 {
		sheet.WriteString("<row>")
		for j := range columns {
			if j > 0 {
				csv.WriteByte(',')
			}
			fmt.Fprintf(&csv, "value %d of %d", j, i)
			fmt.Fprintf(&sheet, `<c t="str"><v>value %d of %d</v></c>`, j, i)
		}
		csv.WriteByte('\n')
		sheet.WriteString("</row>")
	}
	for name, content := range map[string][]byte{"book.csv": []byte(csv.String()),
		"book.xlsx": workbookOf(b, sheet.String())} {
		b.Run(name, func(b *testing.B) {
			book, err := openBytes(name, content, Options{})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				n := 0
				if err := book.Rows(context.Background(), func(pipeline.Row) error { n++; return nil }); err != nil ||
					n != lines {
					b.Fatal(n, err)
				}
			}
			b.ReportMetric(float64(lines)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
