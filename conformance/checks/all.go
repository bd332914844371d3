// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package checks collects all groups of checks.
package checks

import (
	"github.com/wahost/wahost/conformance/checks/batch"
	"github.com/wahost/wahost/conformance/checks/cancel"
	"github.com/wahost/wahost/conformance/checks/capability"
	"github.com/wahost/wahost/conformance/checks/concurrency"
	"github.com/wahost/wahost/conformance/checks/config"
	"github.com/wahost/wahost/conformance/checks/errorclass"
	"github.com/wahost/wahost/conformance/checks/fidelity"
	"github.com/wahost/wahost/conformance/checks/leak"
	"github.com/wahost/wahost/conformance/checks/life"
	"github.com/wahost/wahost/conformance/checks/options"
	"github.com/wahost/wahost/conformance/checks/power"
	"github.com/wahost/wahost/conformance/checks/proto"
	"github.com/wahost/wahost/conformance/checks/retry"
	"github.com/wahost/wahost/conformance/checks/schema"
	"github.com/wahost/wahost/conformance/checks/secret"
	"github.com/wahost/wahost/conformance/checks/send"
	"github.com/wahost/wahost/conformance/checks/sender"
	"github.com/wahost/wahost/conformance/checks/soak"
	"github.com/wahost/wahost/conformance/checks/vendor"
	"github.com/wahost/wahost/conformance/checks/webhook"
	"github.com/wahost/wahost/conformance/suite"
)

// All returns all groups of checks.
func All() []suite.Group {
	return []suite.Group{
		proto.Checks,
		schema.Checks,
		config.Checks,
		capability.Checks,
		sender.Checks,
		send.Checks,
		options.Checks,
		fidelity.Checks,
		webhook.Checks,
		vendor.Checks,
		secret.Checks,
		retry.Checks,
		errorclass.Checks,
		cancel.Checks,
		concurrency.Checks,
		batch.Checks,
		power.Checks,
		leak.Checks,
		life.Checks,
		soak.Checks,
	}
}
