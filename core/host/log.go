// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host

import (
	"fmt"
	"os"
	"strings"

	"github.com/hashicorp/go-hclog"
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
	return hclog.New(&hclog.LoggerOptions{Name: "wahost", Level: level, Output: out}), closeFile, nil
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
	upper := strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
	for _, key := range []string{providerLogVariable + "_" + upper, providerLogVariable, logVariable} {
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
