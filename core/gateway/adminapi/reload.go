// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// Reload reads the configuration again, and returns what changes as soon as it is certain that the new one is used: requests that come after
// that are served with it. The error is a *ReloadError if the running configuration stays, and ErrReloading if it is being read already.
type Reload func(ctx context.Context) ([]Change, error)

// ErrReloading is the error of a reload while another one is under way.
var ErrReloading = errors.New("the configuration is being read again")

// ReloadError is the reason why a configuration is not used.
type ReloadError struct {
	Reason string
	// Problems are the problems of the configuration, each with its file and line if it has one.
	Problems []ReloadProblem
}

// ReloadProblem is a problem of a configuration.
type ReloadProblem struct {
	// Place is a file and a range of lines and columns in it. It may be empty.
	Place, Text string
}

// Error returns the reason.
func (e *ReloadError) Error() string { return e.Reason }

// Change is a block of the configuration that differs.
type Change struct {
	Action string `json:"action" enum:"added,removed,changed"`
	Block  string `json:"block" example:"channel" doc:"The type of the block."`
	Name   string `json:"name" example:"innopaas.main" doc:"The label of the block. For an argument of a block that exists once it is the name of the argument."`
}

// Reloaded is what a reload changes.
type Reloaded struct {
	Changes []Change `json:"changes" nullable:"false" doc:"The blocks that differ. It is empty if the configuration says the same as before."`
}

func (s *Server) registerReload() {
	register(s, operation("operation", "reload", http.MethodPost, "/reload", operating, "Read the configuration again",
		"The gateway reads its configuration again and uses it, as on SIGHUP. The answer names the blocks that differ, and requests after it are served with the new "+
			"configuration. One with errors changes nothing, and the answer has each error with its file and line.",
		http.StatusUnprocessableEntity), s.reload)
}

func (s *Server) reload(ctx context.Context, c *caller, _ *struct{}) (*answer[Reloaded], error) {
	if s.Reload == nil {
		return nil, huma.Error503ServiceUnavailable("this gateway cannot read its configuration again")
	}
	s.Log.Info("the configuration is read again", "key", c.key.Name)
	changes, err := s.Reload(ctx)
	var refused *ReloadError
	switch {
	case errors.As(err, &refused):
		var details []error
		for _, p := range refused.Problems {
			details = append(details, &huma.ErrorDetail{Message: p.Text, Location: p.Place})
		}
		return nil, huma.Error422UnprocessableEntity(refused.Reason, details...)
	case errors.Is(err, ErrReloading):
		return nil, huma.ErrorWithHeaders(huma.Error503ServiceUnavailable(err.Error()), http.Header{"Retry-After": {retryAfter(retryUnavailable)}})
	case err != nil:
		return nil, err
	}
	return &answer[Reloaded]{Reloaded{append([]Change{}, changes...)}}, nil
}
