// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/wahost/wahost/sdk/client"
)

const debuggedKey = contextKey("debugged")

// debugged is a provider that a script started with -debug.
type debugged struct {
	cmd    *exec.Cmd
	exited chan error
}

// startDebugged implements `debug NAME`, which starts a provider with -debug and sets the variable with which hosts attach.
func startDebugged(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: debug NAME")
	}
	// A script's folder may be too long for the path of a socket.
	sockets, err := os.MkdirTemp("", "wahost-debug-")
	ts.Check(err)
	ts.Defer(func() { _ = os.RemoveAll(sockets) })
	cmd := exec.Command(filepath.Join(providerDir, "wahost-provider-"+args[0]), "-debug")
	cmd.Env = append(os.Environ(), "PLUGIN_UNIX_SOCKET_DIR="+sockets)
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	lines, value := bufio.NewScanner(out), ""
	for value == "" && lines.Scan() {
		if _, after, ok := strings.Cut(lines.Text(), client.EnvReattach+"="); ok {
			value = strings.Trim(after, "'")
		}
	}
	if value == "" {
		_ = cmd.Process.Kill()
		ts.Fatalf("%s ended without the value of %s: %v", args[0], client.EnvReattach, cmd.Wait())
	}
	d := &debugged{cmd: cmd, exited: make(chan error, 1)}
	go func() {
		for lines.Scan() { // the output must be read to its end before Wait
		}
		d.exited <- cmd.Wait()
	}()
	ts.Defer(func() { _ = cmd.Process.Kill() })
	ts.Value(debuggedKey).(map[string]*debugged)[args[0]] = d
	ts.Setenv(client.EnvReattach, value)
}

// interrupt implements `interrupt NAME`, which ends a debugged provider as Ctrl-C does. It must still run, and end well.
func interrupt(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: interrupt NAME")
	}
	d := ts.Value(debuggedKey).(map[string]*debugged)[args[0]]
	if d == nil {
		ts.Fatalf("%s is not debugged", args[0])
	}
	select {
	case err := <-d.exited:
		ts.Fatalf("the provider has ended: %v", err)
	default:
	}
	ts.Check(d.cmd.Process.Signal(os.Interrupt))
	select {
	case err := <-d.exited:
		ts.Check(err)
	case <-time.After(30 * time.Second):
		ts.Fatalf("the provider does not end")
	}
}
