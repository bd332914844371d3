// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"os"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/load"
	"github.com/wahost/wahost/core/host"
)

// ReadConfig returns the configuration of the folder without asking its providers, so that none needs to be installed. The
// arguments of providers and channels are not checked. Problems are reported as by Report.
func (a *App) ReadConfig(ctx context.Context) (*config.Config, error) {
	options := load.Options{HostVersion: a.Build.Version, Env: os.Environ(), Vars: a.Vars}
	folder := a.openFolder()
	loaded, diags := folder.Load(ctx, options)
	if loaded != nil {
		return loaded.Config, nil // the warnings are those of validate
	}
	return nil, a.Report(host.Diagnosis{Diagnostics: diags, Files: folder.Files()})
}

func (a *App) openFolder() *load.Folder {
	return load.Open(load.Place{Dir: a.ConfigDir, From: a.ConfigFrom, VarFiles: a.VarFiles})
}
