// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/isolation"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/sample"
	"github.com/wahost/wahost/sdk/client"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/schema"
)

// Env is the environment of a running check: a provider process, its emulated vendor, and methods to report deviations.
// It is safe for concurrent use, except that Blocked, Fatalf and Skipped must be called on the check's own goroutine.
type Env struct {
	runner  Runner
	check   Check
	number  int
	station Station
	// client calls another process than that of station; usually nil.
	client *client.Client

	state *envState
	rand  *rand.Rand
}

// recipientsPerTry keeps the numbers of repeated runs of a check apart.
const recipientsPerTry = 20_000

// envState is shared by the environments of one run of a check.
type envState struct {
	mu         sync.Mutex
	recipients int
	claimed    []string
	findings   []report.Finding
	blocked    string
	// refused is the reason why the runner did not make a call of the check; empty if it made all of them.
	refused  string
	note     string
	opened   []Station
	cleanups []func()
	finished bool
	// mayEnd is set if the check ended the process itself.
	mayEnd bool
	// skipped is the reason why the check is skipped; empty if it is not.
	skipped string
	// untested is the reason why the check found nothing to test; empty if it did.
	untested string
}

func newEnv(x Execution) *Env {
	h := fnv.New64a()
	_, _ = h.Write([]byte(x.Check.ID))
	return &Env{
		runner: x.Runner, check: x.Check, number: x.Number, station: x.Station, state: &envState{recipients: x.Try * recipientsPerTry},
		rand: rand.New(rand.NewPCG(uint64(x.Runner.Settings().Seed), h.Sum64())),
	}
}

func (e *Env) secrets() Secrets { return e.runner.Secrets() }

// Client returns the client of the provider's process.
func (e *Env) Client() *client.Client {
	if e.client != nil {
		return e.client
	}
	return e.station.Client()
}

// Via returns an environment with the same emulator that calls another process, such as one that was started by hand.
func (e *Env) Via(c *client.Client) *Env {
	other := *e
	other.client = c
	return &other
}

// ProviderConfig returns the value of the provider block for an emulator, with the changes.
func (e *Env) ProviderConfig(emu *emulator.Server, changes map[string]cty.Value) cty.Value {
	return e.config(e.Facts().Schema.Provider, emu.ProviderConfig(), changes)
}

// ChannelConfig returns the value of the channel block, with the changes.
func (e *Env) ChannelConfig(emu *emulator.Server, changes map[string]cty.Value) cty.Value {
	return e.config(e.Facts().Schema.Channel, emu.ChannelConfig(), changes)
}

func (e *Env) config(s schema.Schema, values, changes map[string]cty.Value) cty.Value {
	v, err := ConfigValue(s, values, changes)
	if err != nil {
		e.Blocked("%v", err)
	}
	e.secrets().Add(SensitiveValues(s, v)...)
	return v
}

// Configure configures the provider for an emulator under an id, and opens a channel.
func (e *Env) Configure(ctx context.Context, emu *emulator.Server, providerID, channelID string) error {
	diags, err := e.Client().ConfigureProvider(ctx, providerID, e.ProviderConfig(emu, nil))
	if err = CallFailed("ConfigureProvider", diags, err); err != nil {
		return err
	}
	_, diags, err = e.Client().OpenChannel(ctx, client.OpenRequest{ProviderID: providerID, ChannelID: channelID, Config: e.ChannelConfig(emu, nil)})
	return CallFailed("OpenChannel", diags, err)
}

// Emulator returns the emulated vendor. During a shared check, other checks send to it as well, so a shared check must
// script faults by recipient.
func (e *Env) Emulator() *emulator.Server { return e.station.Emulator() }

// Dialect returns the vendor's dialect.
func (e *Env) Dialect() *dialect.Dialect { return e.Facts().Dialect }

// Facts returns the facts that the checks were planned from.
func (e *Env) Facts() *Facts { return e.runner.Facts() }

// ProviderID returns the id under which the provider is configured.
func (e *Env) ProviderID() string { return MainNames(e.Facts(), e.Seed()).ProviderID }

// ChannelID returns the id of the open channel.
func (e *Env) ChannelID() string { return MainNames(e.Facts(), e.Seed()).ChannelID }

// Process returns the provider's process.
func (e *Env) Process() *Process { return &Process{e, e.station} }

// Isolated reports whether processes of the provider run in worlds of their own, where everything that they send is seen.
func (e *Env) Isolated() bool { return e.runner.Settings().Isolation == isolation.Namespaces }

// World returns where the process runs, or nil if the run is not isolated.
func (e *Env) World() *isolation.World { return e.station.World() }

// MayEnd declares that the check ends the process, so that its end is not a crash.
func (e *Env) MayEnd() {
	e.state.mu.Lock()
	defer e.state.mu.Unlock()
	e.state.mayEnd = true
}

// Binary returns the path of the private copy of the provider, for checks that start it by hand.
func (e *Env) Binary() string {
	e.needProcess()
	return e.runner.Settings().Binary
}

// Seed returns the run's seed. Emulators with different seeds generate different credentials.
func (e *Env) Seed() int64 { return e.runner.Settings().Seed }

// Rand returns a source of random numbers that is seeded with the run's seed and the check's id.
func (e *Env) Rand() *rand.Rand { return e.rand }

// Secrets returns the credentials generated so far. They must not appear in anything that the provider writes.
func (e *Env) Secrets() []string { return e.secrets().All() }

// AddSecret adds a value to the secrets that the suite searches for. It ignores values shorter than 8 bytes.
func (e *Env) AddSecret(value string) { e.secrets().Add(value) }

// FindSecret returns the form in which a text contains a secret, or "" if it contains none.
func (e *Env) FindSecret(text string) string { return e.secrets().Find(text) }

// Grace returns how much later than required something may happen on this machine now. It is measured, and at least half a
// second.
func (e *Env) Grace() time.Duration { return e.runner.Settings().Grace }

// SoakMessages returns how many messages a check with Soak sends.
func (e *Env) SoakMessages() int { return e.runner.Settings().SoakMessages }

// Minimal returns the smallest valid message of a kind, without a recipient.
func (e *Env) Minimal(kind string) *message.Message { return Minimal(e.Facts(), kind) }

// Recipient returns a new phone number, to which no other check sends.
func (e *Env) Recipient() message.Recipient {
	e.state.mu.Lock()
	e.state.recipients++
	n := e.state.recipients
	e.state.mu.Unlock()
	for again := 0; ; again++ {
		address := sample.Phone(e.Seed(), fmt.Sprintf("%d %d %d", e.number, n, again))
		if e.runner.ClaimNew(address) {
			e.claimed(address)
			return message.Recipient{Kind: message.RecipientPhone, Address: address}
		}
	}
}

// Claim reserves an address, in E.164 with "+", for this check. Vendor requests to it are attributed to the check.
func (e *Env) Claim(address string) {
	e.claimed(address)
	e.runner.Claim(address)
}

func (e *Env) claimed(address string) {
	e.state.mu.Lock()
	defer e.state.mu.Unlock()
	e.state.claimed = append(e.state.claimed, address)
}

// DeliveryID returns a new delivery id.
func (e *Env) DeliveryID() string { return newDeliveryID(time.Now()) }

// Exchanges returns the vendor requests to a recipient, in order.
func (e *Env) Exchanges(to message.Recipient) []emulator.Exchange {
	return e.runner.Exchanges(to.Address)
}

// Failf reports a deviation and returns. at is its place, such as a path, a header or a call; it may be empty.
func (e *Env) Failf(at, expected, actual string, args ...any) {
	if len(args) > 0 {
		actual = fmt.Sprintf(actual, args...)
	}
	e.state.mu.Lock()
	defer e.state.mu.Unlock()
	// Ten equal deviations are enough, even if there are a hundred.
	if len(e.state.findings) < 10 && !e.state.finished {
		e.state.findings = append(e.state.findings, report.Finding{
			Expected: e.secrets().Mask(expected), Actual: e.secrets().Mask(actual), At: at,
		})
	}
}

// stop ends a check from within.
type stop struct{}

// Fatalf reports a deviation like Failf and ends the check.
func (e *Env) Fatalf(at, expected, actual string, args ...any) {
	e.Failf(at, expected, actual, args...)
	panic(stop{})
}

// Blocked ends the check as blocked: its control or a prerequisite failed, so its observations prove nothing.
func (e *Env) Blocked(format string, args ...any) {
	e.state.mu.Lock()
	if e.state.blocked == "" {
		e.state.blocked = e.secrets().Mask(fmt.Sprintf(format, args...))
	}
	e.state.mu.Unlock()
	panic(stop{})
}

// Untested says that the provider or the vendor has nothing of what the check is about, which shows only while it runs. If the
// check reports nothing, it is not applicable: it did not pass.
func (e *Env) Untested(format string, args ...any) {
	e.state.mu.Lock()
	defer e.state.mu.Unlock()
	e.state.untested = e.secrets().Mask(fmt.Sprintf(format, args...))
}

// Note adds a remark to the result. Unless it is a measurement, it must be the same in all runs with equal results.
func (e *Env) Note(format string, args ...any) {
	e.state.mu.Lock()
	defer e.state.mu.Unlock()
	if e.state.note != "" {
		e.state.note += "; "
	}
	e.state.note += e.secrets().Mask(fmt.Sprintf(format, args...))
}

// RecordPlaces records for the report where the fields of a kind of message are in a request.
func (e *Env) RecordPlaces(kind string, places map[string]string) {
	e.runner.RecordPlaces(kind, places)
}

// Failed reports whether the check has found a deviation.
func (e *Env) Failed() bool {
	e.state.mu.Lock()
	defer e.state.mu.Unlock()
	return len(e.state.findings) > 0
}

// NewProcess starts another process of the provider, with an emulator of its own unless the options set one. The
// process ends with the check. The returned environment shares findings and recipients with e.
func (e *Env) NewProcess(ctx context.Context, o StationOptions) (*Env, error) {
	e.needProcess()
	s, err := e.runner.Start(ctx, o)
	if err != nil {
		return nil, err
	}
	e.state.mu.Lock()
	e.state.opened = append(e.state.opened, s)
	e.state.mu.Unlock()
	other := *e
	other.station = s
	return &other, nil
}

// MustProcess is like NewProcess, but reports a deviation and ends the check if the process does not start.
func (e *Env) MustProcess(ctx context.Context, o StationOptions) *Env {
	other, err := e.NewProcess(ctx, o)
	if err != nil {
		e.Fatalf(AtStart, "a second process of the provider starts and takes the dialect's configuration", "%v", err)
	}
	return other
}

// StartEmulator starts another emulated vendor, such as one with other credentials. It is closed when the check ends.
func (e *Env) StartEmulator(o emulator.Options) *emulator.Server {
	emu, err := e.runner.StartEmulator(o)
	if err != nil {
		e.Blocked("%v", err)
	}
	e.Cleanup(func() { _ = emu.Close() })
	return emu
}

// Cleanup registers a function that runs when the check has ended. The last one registered runs first.
func (e *Env) Cleanup(f func()) {
	e.state.mu.Lock()
	defer e.state.mu.Unlock()
	e.state.cleanups = append(e.state.cleanups, f)
}

// end runs the registered cleanup functions.
func (s *envState) end() {
	s.mu.Lock()
	s.finished = true
	opened, cleanups := s.opened, s.cleanups
	s.opened, s.cleanups = nil, nil
	s.mu.Unlock()
	for _, f := range slices.Backward(cleanups) {
		f()
	}
	for _, o := range opened {
		o.Close()
	}
}

// addresses returns the recipients that the check has claimed.
func (s *envState) addresses() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.claimed)
}

// needProcess skips the check if the suite did not start the process itself. It must be called on the check's own
// goroutine.
func (e *Env) needProcess() {
	if e.runner.Settings().Attached {
		e.Skipped(NoteAttached)
	}
}

// Skipped ends a check that cannot test its requirement, or not all of it, in this run or on this platform. If the
// check has found a deviation before, it still fails. Skipped must be called on the check's own goroutine.
func (e *Env) Skipped(reason string) {
	e.state.mu.Lock()
	e.state.skipped = reason
	e.state.mu.Unlock()
	panic(stop{})
}
