package enrol

import (
	"context"
	"errors"
	"time"

	"muster/pipeline"
	"muster/pipeline/submit"
)

// sender adapts a submit.Client to importer.Sender: it names tokens by number.
type sender struct {
	*submit.Client
	sends func(*pipeline.Intent) // of [Probe]; may be nil
}

func (s sender) Create(ctx context.Context, in *pipeline.Intent) (pipeline.Reply, int) {
	if s.sends != nil {
		s.sends(in)
	}
	reply, token := s.Client.Create(ctx, in)
	return reply, int(token)
}

func (s sender) Ask(ctx context.Context, in *pipeline.Intent) (pipeline.Reply, int) {
	reply, token := s.Client.Ask(ctx, in)
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

func (s sender) LookUp(ctx context.Context, l *pipeline.LookUp, value string) ([]pipeline.Found, error) {
	found, err := s.Client.LookUp(ctx, l, value)
	var (
		failed      *submit.LookUpError
		credentials *submit.CredentialsError
	)
	switch {
	case errors.As(err, &failed):
		return nil, lookUpFailed{failed}
	case errors.As(err, &credentials):
		return nil, credentialsRefused{err}
	}
	return found, err
}

func (s sender) Worked(token int) bool { return s.TokenAge(submit.Generation(token)) > 0 }

// lookUpFailed gives the importer the reason why a look-up failed.
type lookUpFailed struct{ *submit.LookUpError }

func (e lookUpFailed) Unwrap() error { return e.LookUpError }

func (e lookUpFailed) Failure() (pipeline.Verdict, time.Duration, int) {
	return e.Verdict, e.RetryAfter, int(e.Token)
}

// credentialsRefused marks an error after which every other try would fail too.
type credentialsRefused struct{ error }

func (e credentialsRefused) Unwrap() error     { return e.error }
func (credentialsRefused) CredentialsRefused() {}
