// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"context"
	"time"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/isolation"
	"github.com/wahost/wahost/sdk/client"
)

// Runner is the part of a run that the environments of its checks use. Package runner implements it.
type Runner interface {
	// Facts returns what the checks were planned from.
	Facts() *Facts
	// Settings returns what is the same for all checks of the run.
	Settings() Settings
	// Secrets returns the credentials that were generated so far.
	Secrets() Secrets
	// Start starts a process of the provider with an emulator and, unless o.Bare, configures it.
	Start(ctx context.Context, o StationOptions) (Station, error)
	// StartEmulator starts an emulator whose requests are recorded. Without a seed it gets the seed of the run.
	StartEmulator(o emulator.Options) (*emulator.Server, error)
	// World returns a new world for a process that a check starts by hand, whose vendor is the emulator; may be nil. It returns nil
	// if the run is not isolated.
	World(emu *emulator.Server, o isolation.WorldOptions) (*isolation.World, error)
	// Claim reserves a recipient for a check. ClaimNew does so unless that was done before, and then returns false. Exchanges
	// returns the vendor requests to a recipient in order.
	Claim(address string)
	ClaimNew(address string) bool
	Exchanges(address string) []emulator.Exchange
	// Release notes that the check of the recipients has ended. A request that comes much later is a violation.
	Release(addresses []string)
	// Ask makes one call of a kind, unless the provider has answered none of the calls of that kind so far.
	Ask(kind CallKind, call func() error) Asked
	// RecordPlaces records for the report where the fields of a kind of message are in a request.
	RecordPlaces(kind string, places map[string]string)
	// RecordLeak records that the provider disclosed a secret.
	RecordLeak(detail string)
}

// Settings are the same for all checks of a run.
type Settings struct {
	// Seed is the seed of all generated values.
	Seed int64
	// Env is the environment that the operator adds to every process, as KEY=value.
	Env []string
	// Binary is the path of the private copy of the provider; empty if Attached.
	Binary string
	// Isolation says how processes of the provider are kept apart.
	Isolation isolation.Mode
	// Attached is set if the suite did not start the provider's process itself.
	Attached bool
	// Patience multiplies the time limits of calls. It is 1 unless somebody may stop the provider at a breakpoint.
	Patience int
	// SoakMessages is how many messages checks with Soak send.
	SoakMessages int
	// Grace is how much later than required something may happen on this machine.
	Grace time.Duration
}

// Secrets are the credentials of a run. None of them may appear in anything that a provider writes.
type Secrets interface {
	// Add makes values secret. It ignores values of less than 8 bytes.
	Add(values ...string)
	// All returns the secrets.
	All() []string
	// Find returns the form in which a text contains a secret, or "".
	Find(text string) string
	// Mask replaces the secrets in a text of the suite's own.
	Mask(text string) string
}

// Station is one process of the provider together with the emulator that it talks to.
type Station interface {
	// Client calls the process.
	Client() *client.Client
	// Emulator returns the emulated vendor of the process.
	Emulator() *emulator.Server
	// Process returns the process itself.
	Process() HostProcess
	// World returns where the process runs, or nil if the run is not isolated.
	World() *isolation.World
	// Output returns the last lines of the log, the lines printed to standard output after the handshake, and
	// descriptions of log lines that contained a secret.
	Output() (lines, stray, leaks []string)
	// Close ends the process, and the emulator if it belongs to the process.
	Close()
}

// HostProcess is a provider's process as the host sees it.
type HostProcess interface {
	PID() int
	Kill()
	Stop(ctx context.Context, grace time.Duration) (abandoned int)
	Done() <-chan struct{}
	Ended() bool
	Panicked() bool
}

// CallKind tells apart the kinds of calls that a provider may leave without an answer.
type CallKind int

// The kinds of calls.
const (
	CallSend CallKind = iota
	CallWebhook
)

// Asked is the result of Runner.Ask.
type Asked struct {
	// Err is the error of the call. If the call was not made, it is a gRPC status DeadlineExceeded.
	Err error
	// Refused is the reason why the call was not made; empty if it was made.
	Refused string
	// Silent describes the deviation if this call shows that the provider answers no call of the kind; nil otherwise.
	Silent *Silence
}

// Silence describes the deviation that a provider answers no call of a kind.
type Silence struct{ At, Expected, Actual string }

// StationOptions changes how a process is started and configured.
type StationOptions struct {
	// Env is added to the environment of the process, as KEY=value.
	Env []string
	// Provider and Channel replace arguments of the dialect's configuration; a null value removes one.
	Provider, Channel map[string]cty.Value
	// Bare starts the process without configuring it.
	Bare bool
	// LogLevel is the level of the provider's log. Empty means "trace", so that the search for secrets sees everything;
	// "default" leaves the level to the provider.
	LogLevel string
	// Emulator is used instead of a new one, and is not closed with the process.
	Emulator *emulator.Server
}
