// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protopath"
	"google.golang.org/protobuf/reflect/protorange"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/wahost/wahost/sdk/client"
)

// receivedSends returns a hook for received SendMessages requests.
func receivedSends(what func(m protoreflect.Message)) func(protoreflect.Message, bool) {
	return func(m protoreflect.Message, sending bool) {
		if !sending && m.Descriptor().Name() == "SendMessagesRequest" {
			what(m)
		}
	}
}

// sent returns a hook for sent messages with a name.
func sent(name protoreflect.Name, what func(m protoreflect.Message)) func(protoreflect.Message, bool) {
	return func(m protoreflect.Message, sending bool) {
		if sending && m.Descriptor().Name() == name {
			what(m)
		}
	}
}

// fall ends the process like a panic.
func fall(why string) {
	fmt.Fprintln(os.Stderr, "panic: "+why)
	os.Exit(2)
}

// wasConfigured is set after a ConfigureProviderRequest.
var wasConfigured atomic.Bool

// editAttribute returns a hook that changes an argument of a schema in GetSchemaResponse: of provider, channel or options.
func editAttribute(of protoreflect.Name, name string, change func(a protoreflect.Message)) func(protoreflect.Message, bool) {
	return sent("GetSchemaResponse", func(m protoreflect.Message) {
		eachOf(sub(m, of), "attributes", func(a protoreflect.Message) {
			if text(a, "name") == name {
				change(a)
			}
		})
	})
}

// callMutants answer calls of the protocol wrongly, or crash.
var callMutants = []Mutant{
	{Name: "swallows-diagnostics", Defect: "every configuration is valid", tamper: func(m protoreflect.Message, sending bool) {
		name := string(m.Descriptor().Name())
		if sending && strings.HasPrefix(name, "Validate") && strings.HasSuffix(name, "ConfigResponse") {
			m.Clear(field(m, "diagnostics"))
		}
	}},
	{Name: "falls-over-early-calls", Defect: "a call before any configuration ends the process", tamper: func(m protoreflect.Message, sending bool) {
		switch m.Descriptor().Name() {
		case "ConfigureProviderRequest":
			wasConfigured.Store(true)
		case "SendMessagesRequest", "OpenChannelRequest":
			if !sending && !wasConfigured.Load() {
				fall("there is no account")
			}
		}
	}},
	{Name: "falls-over-unknown-fields", Defect: "a field of a later host ends the process", tamper: receivedSends(func(m protoreflect.Message) {
		_ = protorange.Range(m, func(at protopath.Values) error {
			if inner, ok := at.Index(-1).Value.Interface().(protoreflect.Message); ok && len(inner.GetUnknown()) > 0 {
				fall("an unknown field")
			}
			return nil
		})
	})},
	{Name: "falls-over-large-calls", Defect: "a request above four megabytes ends the process", tamper: receivedSends(func(m protoreflect.Message) {
		if proto.Size(m.Interface()) > 4<<20 {
			fall("the buffer is too small")
		}
	})},
	{Name: "falls-over-empty-calls", Defect: "a call without deliveries ends the process", tamper: receivedSends(func(m protoreflect.Message) {
		deliveries := 0
		eachOf(m, "batches", func(b protoreflect.Message) { deliveries += b.Get(field(b, "deliveries")).List().Len() })
		if deliveries == 0 {
			fall("no first delivery")
		}
	})},
	{Name: "hides-health", Defect: "health is reported for no channel", tamper: sent("WatchHealthResponse", func(m protoreflect.Message) {
		m.Clear(field(m, "channels"))
	})},
	{Name: "declares-less-concurrency", Defect: "two concurrent vendor requests are declared, but more are made", tamper: sent("OpenChannelResponse", func(m protoreflect.Message) {
		caps := sub(m, "capabilities")
		caps.Set(field(caps, "max_concurrency"), protoreflect.ValueOfInt32(2))
	})},
	{Name: "repeats-argument", Defect: "an argument occurs twice in the schema", tamper: sent("GetSchemaResponse", func(m protoreflect.Message) {
		list := sub(m, "provider").Mutable(field(sub(m, "provider"), "attributes")).List()
		list.Append(list.Get(list.Len() - 1))
	})},
	{Name: "required-with-default", Defect: "an argument is required and has a default", tamper: editAttribute("provider", "timeout", func(a protoreflect.Message) {
		a.Set(field(a, "required"), protoreflect.ValueOfBool(true))
	})},
	{Name: "deprecated-without-advice", Defect: "a deprecated argument does not say what to use instead", tamper: editAttribute("provider", "timeout", func(a protoreflect.Message) {
		a.Set(field(a, "deprecated"), protoreflect.ValueOfString("no longer used"))
	})},
	{Name: "serves-without-tls", Defect: "a host that does not give its process id is served without TLS", start: func() bool {
		if os.Getenv(client.EnvHostPID) == "" {
			_ = os.Unsetenv("PLUGIN_CLIENT_CERT")
		}
		return false
	}},
	{Name: "claims-any-version", Defect: "the provider claims to support every version that the host offers", start: func() bool {
		offered := os.Getenv("PLUGIN_PROTOCOL_VERSIONS")
		for version := range strings.SplitSeq(offered, ",") {
			if version == strconv.Itoa(client.ProtocolVersion) || version == "" {
				return false
			}
		}
		fmt.Printf("1|%s|unix|/nowhere/acme.sock|grpc\n", offered)
		time.Sleep(lifetime)
		return true
	}},
}
