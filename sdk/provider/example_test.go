// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package provider_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/schema"
)

// printer is a complete provider. Its vendor is the terminal.
type printer struct{}

func (printer) Metadata() provider.Metadata {
	return provider.Metadata{Name: "printer", Version: "1.0.0", Vendor: "Printer"}
}

func (printer) Schema() provider.Schema {
	return provider.Schema{Channel: schema.Schema{Attributes: []schema.Attribute{
		{Name: "sender", Type: cty.String, Required: true, Description: "The sending number."},
	}}}
}

func (printer) Configure(context.Context, provider.ConfigureRequest) (provider.Account, diag.Diagnostics) {
	return printerAccount{}, nil
}

type printerAccount struct{}

func (printerAccount) OpenChannel(_ context.Context, req provider.OpenChannelRequest) (provider.Channel, diag.Diagnostics) {
	return printerChannel{sender: req.Config.String("sender")}, nil
}

type printerChannel struct{ sender string }

func (printerChannel) Sender() string { return "printer" }

func (printerChannel) Capabilities() capability.Capabilities {
	return capability.Capabilities{Kinds: []capability.Kind{{Kind: message.KindText}}, IDScope: capability.IDPerRecipient}
}

func (c printerChannel) Send(_ context.Context, req provider.SendRequest) outcome.Outcome {
	fmt.Printf("%s -> %s: %s\n", c.sender, req.To.Address, req.Message.GetText().GetBody())
	return outcome.Accept("printed-" + req.DeliveryID)
}

// The host configures an account, opens a channel and sends messages. This example does it by hand.
func Example() {
	var p provider.Provider = printer{}
	ctx := context.Background()
	account, _ := p.Configure(ctx, provider.ConfigureRequest{ID: "printer"})
	channel, _ := account.OpenChannel(ctx, provider.OpenChannelRequest{
		ID:     "printer.main",
		Config: provider.Config{Value: cty.ObjectVal(map[string]cty.Value{"sender": cty.StringVal("+12025550100")})},
	})
	o := channel.Send(ctx, provider.SendRequest{
		DeliveryID: "d1",
		Message:    &message.Message{Type: "text", Text: &message.Text{Body: "Hello"}},
		To:         message.Recipient{Kind: message.RecipientPhone, Address: "+12025550123"},
	})
	fmt.Println(o.Word(), o.Accepted.ProviderMessageID)
	// Output:
	// +12025550100 -> +12025550123: Hello
	// accepted printed-d1
}

// Check is for rules that a schema cannot express.
func ExampleConfig_Check() {
	config := provider.Config{Value: cty.ObjectVal(map[string]cty.Value{"sender": cty.StringVal("0170 123")})}
	diags := config.Check("sender", func(value string) error {
		if !message.IsPhone(value) {
			return errors.New(`expected a number such as "+12025550100"`)
		}
		return nil
	})
	fmt.Println(diags.Err())
	// Output:
	// sender: Invalid argument value: The argument "sender" is not valid: expected a number such as "+12025550100".
}
