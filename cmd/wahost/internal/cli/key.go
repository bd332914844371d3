// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"os"
	"runtime"

	"github.com/wahost/wahost/core/registry/verify"
)

// ReadPrivateKey reads the file of a key to sign with. It refuses one that other users can read. The error is a usage error.
func ReadPrivateKey(path string) (*verify.Key, error) {
	// Programs of this user can read the key. Those of others must not.
	if info, err := os.Stat(path); err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, UsageError("the private key %s can be read by other users: make it private with `chmod 600 %s`, and make a new key if others may have read it", path, path)
	}
	key, err := verify.ReadPrivateKey(path)
	if err != nil {
		return nil, UsageError("%v", err)
	}
	return key, nil
}
