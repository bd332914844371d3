// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package lang is the configuration language: what expressions may refer to and call, how they are evaluated, and how
// secrets in them stay secret.
//
// A Scope holds variables, local values and references, and evaluates expressions. A Block reads the arguments of one
// block and collects the diagnostics about them. Package load uses both to turn files into the model.
//
// A value that comes from a sensitive variable is marked, and so is everything that is computed from it. Diagnostics
// about expressions with marked values quote nothing.
package lang
