package enrol

import (
	"context"
	"errors"
	"slices"

	"muster/pipeline"
	"muster/pipeline/importer"
)

// MappedAs reports whether the book is mapped as in that run.
func (b *Book) MappedAs(run pipeline.Run) bool {
	return b.mappingSHA256() == run.MappingSHA256 || run.MappingSHA256 == "" && run.Mapping != ""
}

// Keys are the keys by which a person recognises rows, by row number; customers of several rows are listed by the
// first. A secret key is masked; a row without a key is left out.
func (b *Book) Keys(ctx context.Context, p *pipeline.Provider, numbers []int) (map[int]string, error) {
	numbers = slices.Sorted(slices.Values(numbers))
	keys := map[int]string{}
	err := b.Rows(ctx, func(row pipeline.Row) error {
		if len(numbers) == 0 || row.Number > numbers[len(numbers)-1] {
			return errEnough
		}
		if _, wanted := slices.BinarySearch(numbers, row.Number); !wanted {
			return nil
		}
		if _, key, ok := b.checker.Name(row); ok {
			keys[row.Number] = importer.ShownKey(p, []pipeline.KeyValue{key})
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return keys, err
}

// errEnough ends a pass over a book early.
var errEnough = errors.New("enough rows")
