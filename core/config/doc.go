// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package config is the model of a configuration: what the host runs on, without the language it was written in.
//
// Package load makes a Config from the files of a folder. The model has no types of HCL, cty or go-plugin, so that the
// packages that route and send messages can be read, tested and linked without them. The options of a provider are in
// a Value, which only the packages that speak to providers look into.
package config
