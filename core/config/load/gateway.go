// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/lang"
)

var gatewayBlock = lang.BlockType{
	Type: "gateway",
	Doc: "What `wahost serve` serves: a WhatsApp Cloud API for applications. Messages that it accepts are kept in the store until they are sent. " +
		"Other commands ignore the block.",
	Args: []lang.Argument{
		{Name: "listen", Type: "string", Default: code(config.DefaultGatewayListen), Doc: "The address for applications, as `HOST:PORT`. An empty host stands " +
			"for all interfaces. The gateway speaks HTTP: put a proxy with TLS before it where others can reach it."},
		{Name: "admin_listen", Type: "string", Default: code(config.DefaultGatewayAdminListen), Doc: "The address of the console, `/healthz`, `/readyz` and `/metrics`. It is not for applications."},
		{Name: "public_url", Type: "string", Default: "not known", Doc: "The address of the gateway as applications and vendors see it, such as `\"https://wa.example.com\"`."},
		{Name: keepArg, Type: "string", Default: "`\"2160h\"`, which is 90 days", Doc: "How long the gateway keeps messages that are done, and messages of users. At least `\"96h\"`, since " +
			"webhooks are tried for three days. What is to be sent stays. An unknown message is done when it is that old."},
		{Name: watchArg, Type: "bool", Default: "`false`", Doc: "Whether the gateway reads its configuration again when a file of it changes, as it does on SIGHUP. It waits until no " +
			"file has changed for half a second."},
		{Name: queueTimeArg, Type: "string", Default: "until the message expires", Doc: "How long a new message may wait for those before it, such as `\"30m\"`. A message that would wait " +
			"longer, or until it expires, is refused with the code 130429 and the time after which to try again. How long it would wait follows from the rate limit of the " +
			"sending number, or from how fast its messages were sent a moment ago."},
	},
	Blocks: []lang.BlockType{storeBlock, gatewaySenderBlock, apiKeyBlock, webhookBlock, consoleBlock},
}

var storeBlock = lang.BlockType{
	Type: "store",
	Doc:  "Where the gateway keeps messages.",
	Args: []lang.Argument{
		{Name: "url", Type: "string", Required: true, Doc: "`sqlite:` and the path of a file, relative to the folder of the configuration. The folder of the file must " +
			"exist. One gateway at a time may use a file. Or a PostgreSQL database, which several gateways may use together: `postgres://USER:PASSWORD@HOST/DATABASE`. A URL with a " +
			"password comes from a sensitive variable."},
		{Name: folderArg, Type: "string", Default: "the folder of the configuration", Doc: "The folder of the files that the gateway keeps beside a PostgreSQL store: the secret of " +
			"the URLs of `wahost hooks`, and uploaded media. It must exist, and a path is relative to the folder of the configuration. The files of an SQLite store are " +
			"beside its file."},
	},
}

var gatewaySenderBlock = lang.BlockType{
	Type: "sender", Labels: []string{"phone number id"}, Many: true,
	Doc: "A sending number as applications know it. Its label is the phone number id that they put into the path of requests. Which channel carries a message is " +
		"decided by the routes.",
	Args: []lang.Argument{
		{Name: "display_phone_number", Type: "string", Default: "not known", Doc: "The number as people write it."},
		{Name: "verified_name", Type: "string", Default: "not known", Doc: "The name that recipients see."},
		{Name: "account", Type: "string", Default: "not known", Doc: "The id of the WhatsApp Business account of the number."},
		{Name: "channels", Type: "list of channels", Default: "all channels if there is one sender, and otherwise no channels", Doc: "The channels whose inbound messages are " +
			"for the number, as references. Which channel sends a message is decided by the routes."},
		{Name: windowArg, Type: "string or template", Default: code(windowWords[0]), Allowed: windowWords, Doc: "What to do with a message that is no template, to a user who did not write to the number " +
			"within 24 hours: `send` leaves the decision to WhatsApp, `reject` refuses it with the code 131047, and a reference such as `template.NAME` has that template sent in its place, which has no " +
			"parameters. Whether a user wrote is asked when the message is accepted and before each attempt. Reactions and pins are refused then. `reject` and a template need the vendors' webhooks, since a user whose message did not come to the gateway did not write."},
		{Name: windowLanguageArg, Type: "string", Default: "the only language of the template", Doc: "The language of the template that `window` names, as one of its bindings has it."},
	},
	Blocks: []lang.BlockType{limitBlock, quietHoursBlock, optOutBlock},
}

const (
	keepArg      = "keep_messages"
	watchArg     = "watch"
	queueTimeArg = "max_queue_time"
	keyArg       = "key"
	hashesArg    = "hashes"
)

// gatewaySecrets are the arguments of nested blocks of a gateway that are secrets.
var gatewaySecrets = []string{keyArg, appSecretArg, secretArg, previousSecretArg, clientSecretArg}

var apiKeyBlock = lang.BlockType{
	Type: "api_key", Labels: []string{"name"}, Many: true,
	Doc: "A key with which an application sends messages. `wahost key` makes one. Either `key` is set, or `id` and `hashes`.",
	Args: []lang.Argument{
		{Name: keyArg, Type: "string", Default: "`id` and `hashes` are set", Doc: "The whole key, from a sensitive variable."},
		{Name: "id", Type: "string", Default: "the id of `key`", Doc: "The 8 characters of the key after `wah_`."},
		{Name: hashesArg, Type: "list of strings", Default: "the hash of `key`", Doc: "One hash of the key, as `sha256:` and 64 hexadecimal digits, or two while the key is replaced. " +
			"A hash is not a secret."},
		{Name: "scopes", Type: "list of strings", Default: code("send", "read"), Doc: "What the key may do.", Allowed: keyScopes},
		{Name: "senders", Type: "list of strings", Default: "all senders", Doc: "The phone number ids that the key may use."},
		{Name: appSecretArg, Type: "string", Default: "proofs are not checked", Doc: "The secret that makes the `appsecret_proof` of a request, from a sensitive variable. A proof is the " +
			"HMAC-SHA256 of the key in hexadecimal, as clients of the Graph API send it."},
		{Name: "require_proof", Type: "bool", Default: "`false`", Doc: "Whether each request needs an `appsecret_proof`. It needs an `app_secret`."},
		{Name: "rate", Type: "number", Default: "no limit", Doc: "How many requests the key may make per second, above 0."},
		{Name: "idempotency", Type: "string", Default: code(idempotencyWords[0]), Allowed: idempotencyWords, Doc: "With `reference`, the `biz_opaque_callback_data` of a message is its " +
			"idempotency key if the request has no header `Idempotency-Key`: a second message with the same reference within 24 hours is not sent, and is answered with " +
			"the id of the first."},
	},
}

var (
	keyScopes        = []string{"send", "read", "reveal", "cancel", "hooks", "admin"}
	idempotencyWords = []string{"header", "reference"}
)

// decodeGateway reads the gateway block.
func (l *loader) decodeGateway(blocks hcl.Blocks) {
	if len(blocks) == 0 {
		return
	}
	for _, surplus := range blocks[1:] {
		l.add(lang.Duplicate(surplus.DefRange, "block", `"gateway"`, blocks[0].DefRange))
	}
	outer := blocks[0]
	content, diags := outer.Body.Content(gatewayBlock.Schema())
	l.add(diags...)
	b := &lang.Block{Scope: l.scope, Attrs: content.Attributes, Range: outer.DefRange}
	g := &config.Gateway{
		Listen: config.DefaultGatewayListen, AdminListen: config.DefaultGatewayAdminListen, Store: config.DefaultGatewayStore, DeclRange: lang.NewRange(outer.DefRange),
	}
	if at := checkedText(b, "listen", "Invalid address", checkAddress); at != "" {
		g.Listen = at
	}
	if at := checkedText(b, "admin_listen", "Invalid address", checkAddress); at != "" {
		g.AdminListen = at
	}
	g.PublicURL = strings.TrimSuffix(checkedText(b, "public_url", "Invalid URL", checkPublicURL), "/")
	g.KeepMessages = config.DefaultKeepMessages
	if text := b.Text(keepArg); text != "" {
		keep, err := time.ParseDuration(text)
		if err != nil || keep < config.MinKeepMessages {
			b.Error(b.RangeOf(keepArg), "Invalid duration", fmt.Sprintf(`%q is not a duration of at least 96 hours. Write hours, such as "720h" for thirty days.`, text))
		}
		g.KeepMessages = keep
	}
	if v, ok := b.Value(watchArg, cty.Bool); ok {
		g.Watch = v.True()
	}
	if text := b.Text(queueTimeArg); text != "" {
		most, err := time.ParseDuration(text)
		if err != nil || most <= 0 {
			b.Error(b.RangeOf(queueTimeArg), "Invalid duration", fmt.Sprintf(`%q is not a duration above 0, such as "30m".`, text))
		}
		g.MaxQueueTime = most
	}
	l.add(b.Diags...)
	l.decodeStore(content.Blocks.OfType(storeBlock.Type), g)
	l.decodeSenders(content.Blocks.OfType(gatewaySenderBlock.Type), g)
	l.decodeKeys(content.Blocks.OfType(apiKeyBlock.Type), g)
	l.decodeWebhooks(content.Blocks.OfType(webhookBlock.Type), g)
	l.decodeConsole(content.Blocks.OfType(consoleBlock.Type), g)
	l.gateway = g
}

// checkAddress returns an error for a text that is not HOST:PORT.
func checkAddress(text string) error {
	_, port, err := net.SplitHostPort(text)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return fmt.Errorf(`%q is not an address. Write a host and a port, such as "127.0.0.1:8080", or ":8080" for all interfaces`, text)
	}
	return nil
}

func checkPublicURL(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return fmt.Errorf(`%q is not the URL of a gateway. Write one such as "https://wa.example.com"`, text)
	}
	return nil
}

func (l *loader) decodeStore(blocks hcl.Blocks, g *config.Gateway) {
	for i, hb := range blocks {
		if i > 0 {
			l.add(lang.Duplicate(hb.DefRange, "block", fmt.Sprintf("%q", storeBlock.Type), blocks[0].DefRange))
			continue
		}
		b := l.inner(hb, storeBlock)
		if at := l.storeURL(b); at != "" {
			g.Store = at
		}
		g.StoreFolder = b.Text(folderArg)
		if g.StoreFolder != "" && !config.IsPostgres(g.Store) {
			b.Error(b.RangeOf(folderArg), "Invalid store", fmt.Sprintf("%q is for a PostgreSQL store. The files of an SQLite store are beside its file.", folderArg))
		}
		l.add(b.Diags...)
	}
}

// inner returns the arguments of a block that has no blocks in it.
func (l *loader) inner(hb *hcl.Block, t lang.BlockType) *lang.Block {
	b, _ := l.outer(hb, t)
	return b
}

func (l *loader) decodeSenders(blocks hcl.Blocks, g *config.Gateway) {
	if len(blocks) == 0 {
		l.add(lang.ErrorAt(lang.HCLRange(g.DeclRange), "Missing block", fmt.Sprintf(
			"A gateway has at least one %q block, whose label is the phone number id that applications use.", gatewaySenderBlock.Type)))
	}
	declared, taken := map[string]hcl.Range{}, map[addr.Channel]string{}
	for _, hb := range blocks {
		content, diags := hb.Body.Content(gatewaySenderBlock.Schema())
		b := &lang.Block{Scope: l.scope, Attrs: content.Attributes, Range: hb.DefRange, Diags: diags}
		id := hb.Labels[0]
		previous, twice := declared[id]
		switch {
		case !isObjectID(id):
			b.Error(hb.LabelRanges[0], "Invalid phone number id", fmt.Sprintf(
				"%q is not a phone number id: it has 1 to 64 letters, digits, hyphens and underscores. Meta's have 15 to 17 digits.", id))
		case twice:
			b.Diags = append(b.Diags, lang.Duplicate(hb.DefRange, "sender", fmt.Sprintf("%q", id), previous))
		}
		declared[id] = hb.DefRange
		sender := config.GatewaySender{
			ID: id, Display: b.Text("display_phone_number"), VerifiedName: b.Text("verified_name"), Account: b.Text("account"),
		}
		b.NotEmpty("Leave the argument out, or name at least one.", "channels")
		for _, it := range b.Channels("channels") {
			if other, ok := taken[it.Channel]; ok {
				b.Error(it.Range, "Channel of two senders", fmt.Sprintf("The inbound messages of channel %s are for the sender %q already. Remove it from one of the two.", it.Channel, other))
			}
			taken[it.Channel] = id
			sender.Channels = append(sender.Channels, it.Channel)
		}
		l.decodeWindow(b, &sender)
		l.add(b.Diags...)
		l.decodePolicy(content.Blocks, &sender)
		g.Senders = append(g.Senders, sender)
	}
}

// isObjectID reports whether a text may be the id of an object in a path of the Graph API.
func isObjectID(s string) bool {
	return s != "" && len(s) <= 64 && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '_' && r != '-'
	})
}
