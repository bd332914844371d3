// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// children are the processes that the bench starts from its own program, by the first argument.
var children = map[string]func() error{
	"vendor": playVendor,
	"echo":   playEcho,
}

// child is a running process that plays a part.
type child struct {
	// says is the line that the process printed when it was ready.
	says  string
	cmd   *exec.Cmd
	input io.Closer
}

// startChild starts a process that plays a part and waits until it is ready. It ends with the bench, which holds the other
// end of its standard input.
func startChild(ctx context.Context, part string, args ...string) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, append([]string{part}, args...)...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c := &child{cmd: cmd, input: in}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		c.stop()
		return nil, fmt.Errorf("%s ended before it was ready: %w", part, err)
	}
	c.says = strings.TrimSpace(line)
	return c, nil
}

func (c *child) pid() int { return c.cmd.Process.Pid }

func (c *child) stop() {
	_ = c.input.Close()
	_ = c.cmd.Wait()
}

// endWithParent ends this process when its standard input ends.
func endWithParent() {
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
}
