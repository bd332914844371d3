// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package providertest helps authors to test a provider inside `go test`, without a vendor account and without
// building the binary. Use it while you
// write a provider, and the conformance suite to test the binary afterwards.
//
// A Vendor is an HTTP server on loopback that records requests. Open configures the provider and opens a channel as
// the host would. Golden compares the vendor requests of a folder of messages with recorded ones. Fidelity sets each
// field of the message model in turn and fails if one is lost. Documented compares the README with the schema.
//
//	func TestRequests(t *testing.T) {
//		vendor := providertest.NewVendor(t, `{"id":"m-1"}`)
//		_, channel := providertest.Open(t, New(),
//			providertest.Values{"token": cty.StringVal("secret"), "endpoint": cty.StringVal(vendor.URL)},
//			providertest.Values{"sender": cty.StringVal("+12025550100")})
//		providertest.Golden(t, "testdata/requests", "", vendor, channel, "Content-Type")
//	}
//
// Importing the package defines the flag -update of the test binary, which records the files of Golden.
package providertest
