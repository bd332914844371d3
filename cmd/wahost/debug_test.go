// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"path/filepath"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/wahost/wahost/internal/testbin"
	"github.com/wahost/wahost/sdk/client"
)

const debuggedKey = contextKey("debugged")

// startDebugged implements `debug NAME`, which starts a provider with -debug and sets the variable with which hosts attach.
func startDebugged(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: debug NAME")
	}
	d, err := testbin.Debug(filepath.Join(providerDir, "wahost-provider-"+args[0]), client.EnvReattach)
	ts.Check(err)
	ts.Defer(d.Close)
	ts.Value(debuggedKey).(map[string]*testbin.Debugged)[args[0]] = d
	ts.Setenv(client.EnvReattach, d.Value)
}

// interrupt implements `interrupt NAME`, which ends a debugged provider as Ctrl-C does. It must still run, and end well.
func interrupt(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: interrupt NAME")
	}
	d := ts.Value(debuggedKey).(map[string]*testbin.Debugged)[args[0]]
	if d == nil {
		ts.Fatalf("%s is not debugged", args[0])
	}
	if !d.Running() {
		ts.Fatalf("the provider has ended: %v", d.Err())
	}
	ts.Check(d.Interrupt())
	select {
	case <-d.Exited:
		ts.Check(d.Err())
	case <-time.After(30 * time.Second):
		ts.Fatalf("the provider does not end")
	}
}
