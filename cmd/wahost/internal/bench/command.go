// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// execution is one run of a command line.
type execution struct {
	// elapsed is the time until the process ended, and used the processor time of the process and of those that it waited
	// for, in milliseconds.
	elapsed, used float64
}

// execute runs wahost, which must succeed. More variables can be added to its environment.
func (b *bench) execute(ctx context.Context, env []string, args ...string) (execution, error) {
	cmd := exec.CommandContext(ctx, b.wahost, args...)
	cmd.Env = append(append(os.Environ(), "WAHOST_PROVIDER_DIR="+b.providers), env...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	begin := time.Now()
	if err := cmd.Run(); err != nil {
		return execution{}, fmt.Errorf("wahost %s: %w\n%s", strings.Join(args, " "), err, out.String())
	}
	return execution{milliseconds(time.Since(begin)), milliseconds(cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime())}, nil
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// executions alternates command lines and returns the runs of each.
func (b *bench) executions(rounds int, commands ...func() (execution, error)) ([][]execution, error) {
	all := make([][]execution, len(commands))
	for round := range b.unmeasured + rounds {
		for i := range commands {
			n := (round + i) % len(commands)
			e, err := commands[n]()
			if err != nil {
				return nil, err
			}
			if round >= b.unmeasured {
				all[n] = append(all[n], e)
			}
		}
	}
	return all, nil
}

func (e execution) elapsedMS() float64 { return e.elapsed }
func (e execution) usedMS() float64    { return e.used }

// of returns a value of each run.
func of(runs []execution, value func(execution) float64) []float64 {
	all := make([]float64, len(runs))
	for i, r := range runs {
		all[i] = value(r)
	}
	return all
}

// divided returns the ratio of two lists, element by element.
func divided(a, b []float64) []float64 {
	all := make([]float64, len(a))
	for i := range a {
		all[i] = a[i] / b[i]
	}
	return all
}
