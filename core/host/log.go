// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/hashicorp/go-hclog"

	"github.com/wahost/wahost/core/registry/install"
	"github.com/wahost/wahost/internal/suggest"
	"github.com/wahost/wahost/sdk/client"
)

const (
	logVariable         = "WAHOST_LOG"
	logPathVariable     = "WAHOST_LOG_PATH"
	providerLogVariable = "WAHOST_LOG_PROVIDER"
)

// SettingError is the error of an environment variable with a wrong value.
type SettingError struct {
	Name, Value string
	// Expected says what the value should be.
	Expected string
}

// Error names the variable and the value that is expected.
func (e *SettingError) Error() string {
	return fmt.Sprintf("%s=%s: expected %s", e.Name, e.Value, e.Expected)
}

// newLogger returns the host's logger. WAHOST_LOG is its level (default warn), and WAHOST_LOG_PATH a file that is
// written instead of Options.Log.
func newLogger(options Options) (logger hclog.Logger, closeFile func() error, err error) {
	if err := checkLogLevels(options.Env); err != nil {
		return nil, nil, err
	}
	level := hclog.LevelFromString(lookup(options.Env, logVariable))
	if level == hclog.NoLevel {
		level = hclog.Warn
	}
	out, closeFile := options.Log, func() error { return nil }
	if path := lookup(options.Env, logPathVariable); path != "" {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", logPathVariable, err)
		}
		out, closeFile = f, f.Close
		if options.Secrets != nil {
			out = options.Secrets.Writer(f)
		}
	}
	// A provider's level is its own: it may log more than the host, or less.
	return hclog.New(&hclog.LoggerOptions{Name: "wahost", Level: level, Output: out, IndependentLevels: true}), closeFile, nil
}

// providerLogger returns the logger for what a provider logs, at the provider's level.
func (h *Host) providerLogger(name string) hclog.Logger {
	logger := h.logger.Named("provider." + name)
	logger.SetLevel(hclog.LevelFromString(providerLogLevel(h.options.Env, name)))
	return logger
}

// warnOfNames warns of variables that name a provider which is neither required nor installed: what the user asked for with
// them does not happen.
func (h *Host) warnOfNames() {
	required, _ := h.Requirements()
	known := slices.Collect(maps.Keys(required))
	for _, name := range h.launcher.Attachable() {
		if _, ok := required[name]; !ok && len(required) > 0 {
			h.logger.Warn(fmt.Sprintf("%s names the provider %q, which the configuration does not require.%s",
				client.EnvReattach, name, suggest.Sentence(name, known)))
		}
		known = append(known, name)
	}
	if installed, err := install.List(); err == nil {
		known = append(known, installed...)
	}
	variables := make([]string, 0, len(known))
	for _, name := range known {
		variables = append(variables, providerVariable(name))
	}
	for _, entry := range h.options.Env {
		name, value, _ := strings.Cut(entry, "=")
		if value != "" && strings.HasPrefix(name, providerLogVariable+"_") && !slices.Contains(variables, name) {
			h.logger.Warn(fmt.Sprintf("%s names no provider that is required or installed.%s", name, suggest.Sentence(name, variables)))
		}
	}
}

// providerVariable returns the name of the variable with the log level of a provider.
func providerVariable(name string) string {
	return providerLogVariable + "_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

// checkLogLevels returns an error if a variable does not name a level. Otherwise the log that the user asked for would
// silently be missing.
func checkLogLevels(env []string) error {
	for _, entry := range env {
		name, value, _ := strings.Cut(entry, "=")
		isLevel := name == logVariable || name == providerLogVariable || strings.HasPrefix(name, providerLogVariable+"_")
		if isLevel && value != "" && hclog.LevelFromString(value) == hclog.NoLevel {
			return &SettingError{Name: name, Value: value, Expected: "a level: trace, debug, info, warn, error or off"}
		}
	}
	return nil
}

// providerLogLevel returns the value of WAHOST_LOG_PROVIDER_<NAME>, WAHOST_LOG_PROVIDER or WAHOST_LOG, the first that is
// set.
func providerLogLevel(env []string, name string) string {
	for _, key := range []string{providerVariable(name), providerLogVariable, logVariable} {
		if level := lookup(env, key); level != "" {
			return level
		}
	}
	return "warn"
}

// lookup returns the value of a variable, or "" if it is not set. As with os.Environ, the last entry wins.
func lookup(env []string, name string) string {
	value := ""
	for _, entry := range env {
		if n, v, ok := strings.Cut(entry, "="); ok && n == name {
			value = v
		}
	}
	return value
}

// Logger returns a logger with a name, which writes to where the host logs to.
func (h *Host) Logger(name string) hclog.Logger { return h.logger.Named(name) }
