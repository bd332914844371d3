// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package outbound tells applications what became of their messages, and what people write to them: by webhooks as the WhatsApp Cloud
// API sends them.
//
// A Runner reads the notices for one endpoint and posts each of them alone, because some clients read only the first event of a body.
// Notices about one message are posted in order; those about different messages travel at the same time. A notice that an endpoint does
// not take is tried again for three days. Delivery is at least once: a notice that is posted twice has the same id and the same body.
package outbound
