// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

//go:build unix

package load

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/core/config"
)

func TestVariablesFromPipe(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.wahost.hcl"), []byte(
		tagsHead+"variable \"v\" {\n  sensitive = true\n}\nchannel \"tags\" \"x\" {\n  token = var.v\n}\n"), 0o600))
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skipf("this system makes no named pipes: %v", err)
	}
	written := make(chan error, 1)
	go func() { written <- os.WriteFile(pipe, []byte("v = \"s\"\n"), 0o600) }()
	providers := newFake()
	r, diags := Open(Place{Dir: dir, VarFiles: []string{pipe}}).Load(t.Context(), Options{Providers: providers, Validator: providers})
	require.NoError(t, <-written)
	require.Empty(t, diags)
	require.Equal(t, "s", config.Reveal[cty.Value](r.Config.Channels[0].Value).GetAttr("token").AsString())
}
