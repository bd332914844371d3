// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Command wahost-provider-innopaas-mmlite sends marketing templates through InnoPaaS's MMLite API.
package main

import (
	mmlite "github.com/wahost/wahost/plugins/innopaas-mmlite"
	"github.com/wahost/wahost/sdk/serve"
)

func main() { serve.Main(mmlite.New()) }
