package main

import (
	"os"
	"strings"

	"muster/pipeline"
	"muster/templates"
)

// targetFlags are the flags that say where requests go.
type targetFlags struct {
	env         string
	baseURL     string
	account     string
	allowHTTP   bool
	rate        string
	concurrency int
}

func (f targetFlags) options() pipeline.TargetOptions {
	return pipeline.TargetOptions{Env: f.env, BaseURL: f.baseURL, Account: f.account, AllowHTTP: f.allowHTTP}
}

// resolve finds the target that the flags mean.
func (f targetFlags) resolve(p *pipeline.Provider) (pipeline.Target, error) {
	t, err := p.Target(f.options())
	if err != nil {
		return t, err
	}
	t.Limit, err = t.Limit.With(f.rate, f.concurrency)
	return t, err
}

// namespaceOf says whose customers are meant: those that the flags name, else
// those of a run that is named anyway, else the rehearsal's.
func (f targetFlags) namespaceOf(provider string, run pipeline.Run) (*templates.Definition, pipeline.Namespace, error) {
	if provider == "" {
		provider = run.Namespace.Provider
	}
	def, err := definition(provider)
	if err != nil {
		return nil, pipeline.Namespace{}, err
	}
	n, err := def.Provider().NamespaceOf(f.options(), run)
	return def, n, err
}

// secrets reads the provider's secrets from the environment, or from the
// files that the environment names.
func (p *program) secrets(provider *pipeline.Provider) (map[string]string, error) {
	found := map[string]string{}
	for _, s := range provider.Auth.Secrets {
		variable := pipeline.SecretVariable(provider.Name, s.Name)
		value, file := p.getenv(variable), p.getenv(variable+"_FILE")
		switch {
		case value != "" && file != "":
			return nil, pipeline.Mistakef("both %s and %s_FILE are set", variable, variable).Try("unset one of the two")
		case file != "":
			raw, err := os.ReadFile(file)
			if err != nil {
				return nil, pipeline.Mistakef("%s_FILE: %w", variable, err)
			}
			value = strings.TrimRight(string(raw), "\r\n")
			if value == "" {
				return nil, pipeline.Mistakef("%s_FILE: %s is empty", variable, file)
			}
		}
		if value != "" {
			found[s.Name] = value
		}
	}
	return found, nil
}
