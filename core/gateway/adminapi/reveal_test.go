// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestMaskAddress(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"": "", "+491511234567": "+49…67", "16505551234": "165…34", "12345": "…", "123456789": "…", "US.13491208655302741918": "US.…18",
	} {
		assert.Equal(t, want, maskAddress(address), address)
	}
}

func TestMaskDetail(t *testing.T) {
	t.Parallel()
	d := MessageDetail{
		Message: Message{To: "+16505551234", Failure: &Failure{Reason: "vendor_rejected", VendorCode: "131026", VendorMessage: "+1 (650) 555-1234 did not get: Your code is 4711"}},
		History: []Attempt{{Failure: &Failure{Detail: "16505551234: Your code is 4711, attempt 2 of 3"}}},
		Content: json.RawMessage(`{"type":"text","to":"16505551234","text":{"body":"Your code is 4711"}}`),
	}
	d.mask()
	assert.Equal(t, "+16…34", d.To)
	assert.Equal(t, "131026", d.Failure.VendorCode)
	assert.Equal(t, "… did not get: …", d.Failure.VendorMessage)
	assert.Equal(t, "…: …, attempt 2 of 3", d.History[0].Failure.Detail)
	assert.Empty(t, d.Content)
}

// A text that is a part of another one does not show the rest of that.
func TestMaskTextInText(t *testing.T) {
	t.Parallel()
	d := MessageDetail{
		Message: Message{Failure: &Failure{VendorMessage: "too long: Anna Schmidt, Hauptstr. 5, and Anna"}},
		Content: json.RawMessage(`{"template":{"components":[{"parameters":[{"text":"Anna"},{"text":"Anna Schmidt, Hauptstr. 5"}]}]}}`),
	}
	d.mask()
	assert.Equal(t, "too long: …, and …", d.Failure.VendorMessage)
}

func TestTextsOf(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string][]string{
		``:   nil,
		`[]`: nil,
		`{"type":"text","text":{"body":"Hello"}}`:                                      {"Hello"},
		`{"template":{"components":[{"parameters":[{"type":"text","text":"A-77"}]}]}}`: {"A-77"},
		`{"text":{"body":"abc"}}`:                                                      nil,
	} {
		assert.Equal(t, want, textsOf(json.RawMessage(raw)), raw)
	}
}
