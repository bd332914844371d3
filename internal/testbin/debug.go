// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package testbin

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// Debugged is a provider that was started as a person starts it under a debugger. It must be closed.
type Debugged struct {
	// Value is what the provider printed for hosts to attach.
	Value string
	// Exited is closed when the process has ended.
	Exited <-chan struct{}

	cmd     *exec.Cmd
	err     error
	sockets string
}

// Debug starts the provider at path with -debug, and env added to its environment. The provider prints the variable with
// which hosts attach. The error says how the process ended if it did not print the variable.
func Debug(path, variable string, env ...string) (*Debugged, error) {
	// The folder of a test may be too long for the path of a socket.
	sockets, err := os.MkdirTemp("", "wahost-debug-")
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(context.Background(), path, "-debug")
	cmd.Env = append(append(os.Environ(), "PLUGIN_UNIX_SOCKET_DIR="+sockets), env...)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		_ = os.RemoveAll(sockets)
		return nil, err
	}
	exited := make(chan struct{})
	d := &Debugged{Exited: exited, cmd: cmd, sockets: sockets}
	lines := bufio.NewScanner(out)
	for d.Value == "" && lines.Scan() {
		if _, after, ok := strings.Cut(lines.Text(), variable+"="); ok {
			d.Value = strings.Trim(after, "'")
		}
	}
	go func() {
		defer close(exited)
		for lines.Scan() { // the output must be read to its end before Wait
		}
		d.err = cmd.Wait()
	}()
	if d.Value == "" {
		d.Close()
		return nil, fmt.Errorf("%s ended without the value of %s: %w", path, variable, d.err)
	}
	return d, nil
}

// Interrupt tells the provider to end, as Ctrl-C does.
func (d *Debugged) Interrupt() error { return d.cmd.Process.Signal(os.Interrupt) }

// Running reports whether the process has not ended.
func (d *Debugged) Running() bool {
	select {
	case <-d.Exited:
		return false
	default:
		return true
	}
}

// Err returns how the process ended. It waits for the end.
func (d *Debugged) Err() error {
	<-d.Exited
	return d.err
}

// Close ends the process.
func (d *Debugged) Close() {
	_ = d.cmd.Process.Kill()
	<-d.Exited
	_ = os.RemoveAll(d.sockets)
}
