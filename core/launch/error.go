// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/wahost/wahost/internal/printable"
	"github.com/wahost/wahost/sdk/client"
)

// StartErrorKind is the way in which a start failed.
type StartErrorKind int

// The kinds.
const (
	// Failed: the process ended or misbehaved before it answered.
	Failed StartErrorKind = iota
	// NotExecutable: there is no such file, or it is not a program.
	NotExecutable
	// ChecksumMismatch: the file is not the one that was locked.
	ChecksumMismatch
	// TimedOut: the process did not answer in time.
	TimedOut
	// IncompatibleProtocol: provider and host share no protocol version.
	IncompatibleProtocol
	// Cancelled: the context of the caller ended.
	Cancelled
	// WrongName: the provider says that it has another name.
	WrongName
	// OtherProgram: the process executes something else than the certified bytes.
	OtherProgram
	// Stale: the process to attach to does not serve any more.
	Stale
)

// nameError is the error of a provider that says that it has another name.
type nameError struct{ says string }

func (e *nameError) Error() string { return fmt.Sprintf("its metadata has the name %q", e.says) }

// StartError says why a provider did not start, with the last lines it wrote.
type StartError struct {
	Name, Path string
	Kind       StartErrorKind
	Cause      error
	// Output holds the last lines of standard error, oldest first.
	Output []string
	// attached is true if the process was started by somebody else, and Path is its address.
	attached bool
	// Offered are the protocol versions that the provider speaks, if it could still be asked.
	Offered []int
}

// Error returns what happened, with the last output of the provider on further lines.
func (e *StartError) Error() string {
	var b strings.Builder
	cause := ""
	if e.Cause != nil {
		cause = printable.Line(e.Cause.Error()) // it may hold texts of the provider
	}
	switch e.Kind {
	case ChecksumMismatch:
		fmt.Fprintf(&b, "provider %q: the binary %s is not the one in the lock file", e.Name, e.Path)
	case TimedOut:
		fmt.Fprintf(&b, "provider %q: %s did not answer in time: %s", e.Name, e.Path, cause)
	case IncompatibleProtocol:
		fmt.Fprintf(&b, "provider %q: %s speaks protocol version %s, this wahost speaks %d", e.Name, e.Path, versions(e.Offered), client.ProtocolVersion)
	case WrongName:
		e.writeWrongName(&b)
	case OtherProgram:
		fmt.Fprintf(&b, "provider %q was ended: %s", e.Name, cause)
	case Stale:
		fmt.Fprintf(&b, "provider %q: %s names a process that does not serve any more: %s. Start the provider with -debug again and set the variable to what it prints, or unset the variable to start the installed binary",
			e.Name, client.EnvReattach, cause)
	default:
		fmt.Fprintf(&b, "provider %q: %s did not start: %s", e.Name, e.Path, cause)
	}
	if len(e.Output) > 0 {
		b.WriteString("\nIts last output was:")
		for _, line := range e.Output[max(0, len(e.Output)-10):] {
			b.WriteString("\n  " + line)
		}
	}
	return b.String()
}

// writeWrongName writes both names and what to do.
func (e *StartError) writeWrongName(b *strings.Builder) {
	var wrong *nameError
	if !errors.As(e.Cause, &wrong) {
		return
	}
	if e.attached {
		fmt.Fprintf(b, "provider %q: the process that %s names for it says that its name is %q. Set the variable to what that process prints",
			e.Name, client.EnvReattach, wrong.says)
		return
	}
	fmt.Fprintf(b, "provider %q: the binary %s says that its name is %q. The file of a provider is named wahost-provider-NAME after the name in its metadata: install the right binary, or rename the file to wahost-provider-%s",
		e.Name, e.Path, wrong.says, wrong.says)
}

// Unwrap returns the cause.
func (e *StartError) Unwrap() error { return e.Cause }

func versions(vs []int) string {
	var words []string
	for _, v := range vs[:min(len(vs), 20)] {
		words = append(words, fmt.Sprint(v))
	}
	if len(words) == 0 {
		return "(unknown)"
	}
	return strings.Join(words, ", ")
}

// startError finds out why a start failed, without reading the texts of go-plugin, which change. late is set if the start
// failed because its time was over.
func (l *Launcher) startError(ctx context.Context, spec Spec, out *output, late bool, cause error) *StartError {
	e := &StartError{Name: spec.Name, Path: spec.Path, Kind: Failed, Cause: explainDenied(spec.Path, cause), Output: out.lines()}
	var wrong *nameError
	switch {
	case errors.As(cause, &wrong):
		e.Kind, e.Output = WrongName, nil
	case errors.Is(cause, plugin.ErrChecksumsDoNotMatch):
		e.Kind = ChecksumMismatch
	case ctx.Err() != nil:
		e.Kind = Cancelled
	case late:
		// A provider that does not answer its start will not answer `describe` either.
		e.Kind = TimedOut
	default:
		d, err := Describe(ctx, spec.Path)
		switch {
		case err == nil && !slices.Contains(d.ProtocolVersions, client.ProtocolVersion):
			e.Kind, e.Offered = IncompatibleProtocol, d.ProtocolVersions
		case status.Code(cause) == codes.Unimplemented:
			e.Kind = IncompatibleProtocol
		}
	}
	return e
}

// Description is the part of a provider's self-description that the host needs before it starts it.
type Description struct {
	Name             string `json:"name"`
	Version          string `json:"version"`
	Vendor           string `json:"vendor"`
	ProtocolVersions []int  `json:"protocol_versions"`
}

// describeTimeout limits `describe`, which only prints.
const describeTimeout = 5 * time.Second

// Describe asks a binary for its name, version and protocol versions, without starting it as a provider.
func Describe(ctx context.Context, path string) (Description, error) {
	ctx, cancel := context.WithTimeout(ctx, describeTimeout)
	defer cancel()
	// The kernel kills a child when the thread that started it ends.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd := exec.CommandContext(ctx, path, "describe")
	cmd.Env = environment(os.Environ())
	isolate(cmd)
	cmd.Cancel = func() error { return killGroup(cmd.Process) }
	cmd.WaitDelay = time.Second
	raw, stderr := &describeOutput{}, newOutput(hclog.NewNullLogger())
	cmd.Stdout, cmd.Stderr = raw, stderr
	if err := cmd.Run(); err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			exit.Stderr = []byte(strings.Join(stderr.lines(), "\n") + "\n")
		}
		return Description{}, fmt.Errorf("%s describe: %w", path, explainDenied(path, err))
	}
	var d Description
	if err := json.Unmarshal(raw.buf.Bytes(), &d); err != nil {
		return Description{}, fmt.Errorf("%s describe: the output is not the expected JSON: %w", path, err)
	}
	return d, nil
}

// maxDescription bounds in bytes what `describe` prints.
const maxDescription = 4 << 20

// describeOutput ends a program that prints more than a description: the write fails, and with it the pipe. It does not
// embed the buffer, whose method ReadFrom would be used instead of Write and knows no bound.
type describeOutput struct{ buf bytes.Buffer }

// Write appends to the buffer, up to its bound.
func (o *describeOutput) Write(b []byte) (int, error) {
	if o.buf.Len()+len(b) > maxDescription {
		return 0, fmt.Errorf("it prints more than %d bytes", maxDescription)
	}
	return o.buf.Write(b)
}
