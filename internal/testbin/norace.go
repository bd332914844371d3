// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

//go:build !race

package testbin

// Raced tells that the tests run with the race detector, which makes everything several times slower.
const Raced = false
