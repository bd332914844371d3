// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/hashicorp/go-hclog"
	"github.com/wahost/wahost/cmd/wahost/internal/cli"
)

const (
	logVariable         = "WAHOST_LOG"
	providerLogVariable = "WAHOST_LOG_PROVIDER"
)

// newLogger makes the host's logger. WAHOST_LOG is its level (default warn), WAHOST_LOG_PATH a file to write to
// instead of standard error.
func newLogger(stderr io.Writer, secrets *cli.Secrets) (hclog.Logger, func() error, error) {
	if err := checkLogLevels(os.Environ()); err != nil {
		return nil, nil, err
	}
	level := hclog.LevelFromString(os.Getenv(logVariable))
	if level == hclog.NoLevel {
		level = hclog.Warn
	}
	out, closeFile := stderr, func() error { return nil }
	if path := os.Getenv("WAHOST_LOG_PATH"); path != "" {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, nil, cli.EnvironmentError(fmt.Errorf("WAHOST_LOG_PATH: %w", err))
		}
		out, closeFile = secrets.Writer(f), f.Close
	}
	return hclog.New(&hclog.LoggerOptions{Name: "wahost", Level: level, Output: out}), closeFile, nil
}

// checkLogLevels finds a variable that names no level: the log that was asked for would be missing in silence.
func checkLogLevels(env []string) error {
	for _, entry := range env {
		name, value, _ := strings.Cut(entry, "=")
		isLevel := name == logVariable || name == providerLogVariable || strings.HasPrefix(name, providerLogVariable+"_")
		if isLevel && value != "" && hclog.LevelFromString(value) == hclog.NoLevel {
			return cli.UsageError("%s=%s: expected a level: trace, debug, info, warn, error or off", name, value)
		}
	}
	return nil
}

// providerLogLevel is WAHOST_LOG_PROVIDER_<NAME>, else WAHOST_LOG_PROVIDER, else WAHOST_LOG.
func providerLogLevel(name string) string {
	upper := strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
	for _, key := range []string{providerLogVariable + "_" + upper, providerLogVariable, logVariable} {
		if level := os.Getenv(key); level != "" {
			return level
		}
	}
	return "warn"
}
