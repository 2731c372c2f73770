package mapping

import (
	_ "embed"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"muster/pipeline"
)

//go:embed yesno.yaml
var yesNoFile []byte

// yesNoWords are the words of yesno.yaml, and what JSON has for each.
var yesNoWords = sync.OnceValue(func() map[string]string {
	var file struct{ Yes, No []string }
	if err := yaml.Unmarshal(yesNoFile, &file); err != nil {
		panic("yesno.yaml: " + err.Error()) // it is part of the program
	}
	all := make(map[string]string, len(file.Yes)+len(file.No))
	for _, word := range file.Yes {
		all[word] = "true"
	}
	for _, word := range file.No {
		all[word] = "false"
	}
	return all
})

func yesNo(s string) (string, *pipeline.Message) {
	if truth, ok := yesNoWords()[strings.ToLower(s)]; ok {
		return truth, nil
	}
	if truth, ok := yesNoWords()[Bare(s)]; ok {
		return truth, nil
	}
	return "", pipeline.Say("cells.not_yes_no")
}
