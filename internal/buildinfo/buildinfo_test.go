// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package buildinfo

import (
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestRead(t *testing.T) {
	t.Parallel()
	const revision = "abc1234def5678900000000000000000000000ff"
	recorded := func(version string, modified string) *debug.BuildInfo {
		return &debug.BuildInfo{Main: debug.Module{Version: version}, Settings: []debug.BuildSetting{
			{Key: "vcs.revision", Value: revision}, {Key: "vcs.time", Value: "2026-11-25T10:00:00Z"}, {Key: "vcs.modified", Value: modified},
		}}
	}
	for name, tt := range map[string]struct {
		linked Info
		build  *debug.BuildInfo
		want   string
	}{
		"go install of a tag":     {build: &debug.BuildInfo{Main: debug.Module{Version: "v0.1.0"}}, want: "0.1.0"},
		"go install of a commit":  {build: &debug.BuildInfo{Main: debug.Module{Version: "v0.0.0-20261125100000-abc1234def56"}}, want: "0.1.0-dev"},
		"after a tag":             {build: &debug.BuildInfo{Main: debug.Module{Version: "v0.1.1-0.20261125100000-abc1234def56"}}, want: "0.1.0-dev"},
		"a clone":                 {build: recorded("(devel)", "false"), want: "0.1.0-dev (commit abc1234, 2026-11-25)"},
		"a modified clone":        {build: recorded("(devel)", "true"), want: "0.1.0-dev (commit abc1234, 2026-11-25, modified)"},
		"a modified clone of tag": {build: recorded("v0.1.0+dirty", "true"), want: "0.1.0-dev (commit abc1234, 2026-11-25, modified)"},
		"a clone at a tag":        {build: recorded("v0.1.0", "false"), want: "0.1.0 (commit abc1234, 2026-11-25)"},
		"release by make":         {linked: Info{Version: "1.2.3", Commit: revision, Date: "2026-11-25"}, build: &debug.BuildInfo{}, want: "1.2.3 (commit abc1234, 2026-11-25)"},
		"make of modified files":  {linked: Info{Commit: revision + "-dirty", Date: "2026-11-25"}, build: &debug.BuildInfo{}, want: "0.1.0-dev (commit abc1234, 2026-11-25, modified)"},
		"pre-release":             {build: &debug.BuildInfo{Main: debug.Module{Version: "v1.0.0-rc.1"}}, want: "1.0.0-rc.1"},
		"nothing is known":        {want: "0.1.0-dev"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, read(tt.linked, tt.build).String())
		})
	}
}
