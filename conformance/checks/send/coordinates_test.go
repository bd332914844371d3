// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package send

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/trace"
)

func TestCoordinates(t *testing.T) {
	t.Parallel()
	folded := &dialect.Map{Fold: []string{"location.latitude", "location.longitude", "location.address"}}
	reversed := &dialect.Map{Fold: []string{"location.longitude", "location.latitude"}}
	for name, tt := range map[string]struct {
		declared  *dialect.Map
		wire      []string
		arrive    bool
		exchanged bool
	}{
		"apart":                        {nil, []string{"52.520008", "-13.404954"}, true, false},
		"apart, may be in one text":    {folded, []string{"-13.404954", "52.520008"}, true, false},
		"in one text":                  {folded, []string{"geo:52.520008,-13.404954|1 Main St 7"}, true, false},
		"in one text, exchanged":       {folded, []string{"geo:-13.404954,52.520008"}, true, true},
		"longitude first":              {reversed, []string{"POINT(-13.404954 52.520008)"}, true, false},
		"longitude first, exchanged":   {reversed, []string{"POINT(52.520008 -13.404954)"}, true, true},
		"in one text, not declared":    {&dialect.Map{}, []string{"geo:52.520008,-13.404954"}, false, false},
		"in one text, without a map":   {nil, []string{"geo:52.520008,-13.404954"}, false, false},
		"rounded":                      {folded, []string{"geo:52.52,-13.404954"}, false, false},
		"with more digits":             {folded, []string{"geo:52.5200080,-13.404954"}, false, false},
		"without the sign":             {folded, []string{"geo:52.520008,13.404954"}, false, false},
		"part of a longer number":      {folded, []string{"geo:152.520008,-13.404954"}, false, false},
		"the longitude is not carried": {folded, []string{"geo:52.520008"}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var pairs []trace.Pair
			for _, text := range tt.wire {
				pairs = append(pairs, trace.Pair{At: "$.place", Value: text})
			}
			values := [2]string{"52.520008", "-13.404954"}
			both := arrives(tt.declared, pairs, coordinates[0], values[0]) && arrives(tt.declared, pairs, coordinates[1], values[1])
			assert.Equal(t, tt.arrive, both)
			assert.Equal(t, tt.exchanged, exchanged(tt.declared, pairs, values))
		})
	}
}
