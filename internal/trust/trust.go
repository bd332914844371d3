// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package trust says which authorities programs trust: the file of the system, and the variables that name one to a process.
package trust

import (
	"os"
	"strings"
)

// systemBundles are the files in which systems keep the certificates of the authorities that programs trust.
var systemBundles = []string{"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"}

// System returns the path of the file with the authorities of this system, or "" if it has no such file.
func System() string {
	for _, path := range systemBundles {
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path
		}
	}
	return ""
}

// systemVariable names the file of authorities for everything that uses those of the system: Go, OpenSSL and what is built on it.
const systemVariable = "SSL_CERT_FILE"

// runtimeVariables do so for runtimes and libraries that bring authorities of their own: Node and Bun, Requests of Python, and Deno.
var runtimeVariables = []string{"NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "DENO_CERT"}

// insteadOf has the variables that a runtime reads if the other one is not set. Requests reads that of curl.
var insteadOf = map[string]string{"REQUESTS_CA_BUNDLE": "CURL_CA_BUNDLE"}

// Variables returns the variables with which a process trusts the authorities in a file, whatever runtime it has.
func Variables(file string) []string {
	return append([]string{systemVariable + "=" + file}, ForRuntimes(file)...)
}

// ForRuntimes returns those of Variables that a runtime with authorities of its own needs.
func ForRuntimes(file string) (all []string) {
	for _, name := range runtimeVariables {
		all = append(all, name+"="+file)
	}
	return all
}

// Missing returns the variables that an environment lacks for a runtime to trust the same authorities as other programs: those
// of systemVariable, or else those of the system. An environment that names a folder only gets nothing, because a runtime cannot be
// told of a folder.
func Missing(env []string, system string) (missing []string) {
	set := map[string]string{}
	for _, kv := range env {
		name, value, _ := strings.Cut(kv, "=")
		set[name] = value
	}
	file := set[systemVariable]
	if file == "" && set["SSL_CERT_DIR"] == "" {
		file = system
	}
	for _, name := range runtimeVariables {
		if file != "" && set[name] == "" && set[insteadOf[name]] == "" {
			missing = append(missing, name+"="+file)
		}
	}
	return missing
}
