package main

import (
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

// namespaceOf says whose customers are meant: the namespace that the flags name, else that of the run, else the
// rehearsal's.
func (f targetFlags) namespaceOf(provider string, run pipeline.Run) (*templates.Definition, pipeline.Namespace, error) {
	if provider == "" {
		provider = run.DefinitionName()
	}
	def, err := definition(provider)
	if err != nil {
		return nil, pipeline.Namespace{}, err
	}
	n, err := def.Provider().NamespaceOf(f.options(), run)
	return def, n, err
}
