package templates

import (
	_ "embed"
	"sync"

	"go.yaml.in/yaml/v3"

	"muster/pipeline"
)

//go:embed recipes.yaml
var rawRecipes []byte

// Recipe is what providers' documents say, with what to write for it: lines of provider.yaml, or of the properties of
// body.schema.json.
type Recipe struct {
	Says          pipeline.Localized
	Write, Schema string
}

// Recipes are parts of definitions by what documents say. It may be called from several goroutines at once; the
// result must not be changed.
var Recipes = sync.OnceValues(func() (all []Recipe, err error) {
	err = yaml.Unmarshal(rawRecipes, &all)
	return all, err
})
