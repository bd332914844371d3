// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"os"
	"sync"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/core/registry/verify"
	"github.com/wahost/wahost/internal/buildinfo"
)

// build returns the identity of this program. It reads the file of the program once.
var build = sync.OnceValue(func() report.Build {
	info := buildinfo.Read()
	b := report.Build{Version: info.Version, Revision: info.Commit}
	if info.Modified {
		b.Revision += "-dirty"
	}
	if self, err := os.Executable(); err == nil {
		b.SHA256, _ = verify.FileSHA256(self) // a report without it gets no certificate
	}
	return b
})

// dialectInfo identifies a dialect, and lists on what a result with it rests.
func dialectInfo(d *dialect.Dialect) report.DialectInfo {
	info := report.DialectInfo{Name: d.Name, Version: d.Version, Digest: d.Digest, VendorLacks: d.Lacks()}
	for _, a := range d.Assumed() {
		info.Assumed = append(info.Assumed, verify.Assumption{Where: a.Where, Source: a.Source})
	}
	return info
}
