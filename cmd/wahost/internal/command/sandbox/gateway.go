// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"cmp"
	"crypto/rand"
	"fmt"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/gateway/keys"
)

// gatewayFile is the file with the gateway block of a sandbox.
const gatewayFile = "gateway.wahost.hcl"

// gatewayNumber is the phone number id that applications use.
const gatewayNumber = "102030405060708"

// sandboxGateway is a gateway before the vendors of a sandbox, whose configuration the sandbox writes.
type sandboxGateway struct {
	listen, admin string
	// application is the URL at which the application takes webhooks.
	application string
	token       keys.Token
	secret      string
}

// newGateway returns a gateway that listens on the two ports from port on, or on the default addresses if port is 0.
func newGateway(port int) *sandboxGateway {
	g := &sandboxGateway{token: keys.NewToken(), secret: rand.Text()}
	if port > 0 {
		g.listen, g.admin = fmt.Sprintf("127.0.0.1:%d", port), fmt.Sprintf("127.0.0.1:%d", port+1)
	}
	g.listen, g.admin = cmp.Or(g.listen, config.DefaultGatewayListen), cmp.Or(g.admin, config.DefaultGatewayAdminListen)
	return g
}

// render returns the gateway block, and the values of its variables.
func (g *sandboxGateway) render() (block, vars []byte) {
	return fmt.Appendf(nil, `variable "gateway_key" {
  type      = string
  sensitive = true
}

variable "webhook_secret" {
  type      = string
  sensitive = true
}

gateway {
  listen       = %[1]q
  admin_listen = %[2]q
  public_url   = "http://%[1]s"

  sender %[3]q {}

  api_key "sandbox" {
    key    = var.gateway_key
    scopes = ["admin"] # everything, for the console as well
  }

  webhook "sandbox" {
    url      = %[4]q
    secret   = var.webhook_secret
    networks = ["127.0.0.0/8"]
  }
}
`, g.listen, g.admin, gatewayNumber, g.application), fmt.Appendf(nil, "gateway_key = %q\nwebhook_secret = %q\n", g.token.Reveal(), g.secret)
}
