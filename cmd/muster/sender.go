package main

import (
	"context"
	"errors"
	"time"

	"muster/pipeline"
	"muster/pipeline/submit"
)

// sender lets the importer use a submit.Client: it names tokens by number.
type sender struct{ *submit.Client }

func (s sender) Create(ctx context.Context, in *pipeline.Intent) (pipeline.Reply, int) {
	reply, token := s.Client.Create(ctx, in)
	return reply, int(token)
}

func (s sender) Authorise(ctx context.Context, refused int) error {
	err := s.Client.Authorise(ctx, submit.Generation(refused))
	var credentials *submit.CredentialsError
	if errors.As(err, &credentials) {
		return credentialsRefused{err}
	}
	return err
}

// credentialsRefused tells the importer that another try would be in vain.
type credentialsRefused struct{ error }

func (e credentialsRefused) Unwrap() error     { return e.error }
func (credentialsRefused) CredentialsRefused() {}

func (s sender) Worked(token int) bool { return s.TokenAge(submit.Generation(token)) > 0 }

func (s sender) Pause(until time.Time) { s.Client.Pause(until) }
