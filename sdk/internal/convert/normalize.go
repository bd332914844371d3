// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package convert

import (
	"fmt"
	"unicode/utf8"

	"github.com/wahost/wahost/sdk/outcome"
)

// BoundOutcome returns the outcome with texts that are valid UTF-8 and not longer than a host takes. Both sides call it: the
// SDK, so that one text of a vendor cannot spoil a whole answer, and the host, whatever the provider was built with.
//
// An id that is too long or not UTF-8 cannot be cut, because it would be another id. The outcome is then unknown, so
// that the message is never sent again.
func BoundOutcome(o outcome.Outcome) outcome.Outcome {
	if a := o.Accepted; a != nil {
		if problem := idProblem(a.Aliases, a.ProviderMessageID, a.GroupID); problem != "" {
			o.Accepted, o.Rejected, o.Unknown = nil, nil, &outcome.Unknown{Cause: problem}
		}
	}
	o.Attempts = max(0, o.Attempts)
	o.Degraded = cut(o.Degraded, maxDetail)
	o.IgnoredFields = boundFields(o.IgnoredFields)
	if r := o.Rejected; r != nil && !boundedRejection(r) {
		o.Rejected = boundRejection(r)
	}
	if o.Unknown != nil {
		o.Unknown = boundUnknown(o.Unknown)
	}
	return o
}

// boundUnknown returns u if it is within the bounds, and otherwise a copy that is. If there is a problem with an id, the copy has no
// ids, and its cause begins with the problem.
func boundUnknown(u *outcome.Unknown) *outcome.Unknown {
	problem := idProblem(u.Aliases, u.GroupID)
	switch {
	case problem != "":
		return &outcome.Unknown{Cause: cut(problem+"; "+u.Cause, maxDetail)}
	case !bounded(u.Cause, maxDetail):
		return &outcome.Unknown{Cause: cut(u.Cause, maxDetail), GroupID: u.GroupID, Aliases: u.Aliases}
	}
	return u
}

func bounded(text string, most int) bool { return len(text) <= most && utf8.ValidString(text) }

// idProblem says what is wrong with the ids of a message, or returns "".
func idProblem(aliases []string, ids ...string) string {
	if n := len(aliases); n > maxAliases {
		return fmt.Sprintf("the provider reported %d ids for one message, at most %d are allowed", n, maxAliases)
	}
	check := func(id string) string {
		switch {
		case len(id) > MaxID:
			return fmt.Sprintf("the provider reported an id of %d bytes, at most %d are allowed", len(id), MaxID)
		case !utf8.ValidString(id):
			return "the provider reported an id that is not valid UTF-8"
		}
		return ""
	}
	for _, id := range ids {
		if problem := check(id); problem != "" {
			return problem
		}
	}
	for _, id := range aliases {
		if problem := check(id); problem != "" {
			return problem
		}
	}
	return ""
}

// boundFields cuts a list of fields, and says in its last item how many it leaves out.
func boundFields(paths []string) []string {
	fits := len(paths) <= maxIgnored
	for i := 0; fits && i < len(paths); i++ {
		fits = bounded(paths[i], maxPath)
	}
	if fits {
		return paths
	}
	kept := make([]string, 0, min(len(paths), maxIgnored)+1)
	for i, path := range paths {
		if i == maxIgnored {
			return append(kept, fmt.Sprintf("(%d more)", len(paths)-i))
		}
		kept = append(kept, cut(path, maxPath))
	}
	return kept
}

func boundedRejection(r *outcome.Rejected) bool {
	return bounded(r.Path, maxPath) && bounded(r.Detail, maxDetail) && bounded(r.VendorCode, maxWord) && bounded(r.VendorMessage, maxDetail)
}

func boundRejection(r *outcome.Rejected) *outcome.Rejected {
	c := *r
	c.Path, c.Detail = cut(c.Path, maxPath), cut(c.Detail, maxDetail)
	c.VendorCode, c.VendorMessage = cut(c.VendorCode, maxWord), cut(c.VendorMessage, maxDetail)
	return &c
}
