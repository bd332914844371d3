// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"errors"
	"fmt"
)

// entry is one row of the fault catalogue.
type entry struct {
	// usage is the notation of the fault.
	usage string
	// argument parses the argument. It is nil if the fault has no argument.
	argument func(*Fault, string) error
	run      func(c *call, f Fault) answer
}

// catalogue holds all faults. A new one is a row here and a function in one of the files faults*.go.
var catalogue map[string]entry

func init() { // not a literal, because deliver_then parses its argument with the catalogue
	catalogue = map[string]entry{
		"ok":     {"ok", nil, func(c *call, _ Fault) answer { return c.normal() }},
		"refuse": {"refuse", nil, func(c *call, _ Fault) answer { return c.normal() }},

		"accept_then_close":    {"accept_then_close", nil, acceptThenClose},
		"reset_before_headers": {"reset_before_headers", nil, resetBeforeHeaders},
		"reset_after_request":  {"reset_after_request", nil, resetAfterRequest},
		"reset_mid_answer":     {"reset_mid_answer", nil, resetMidAnswer},
		"hang_before_read":     {"hang_before_read", nil, hang},
		"hang":                 {"hang", nil, hang},
		"hang_after_read":      {"hang_after_read", nil, hang},
		"slow":                 {"slow(ms)", numberFrom(1, 600_000), slow},
		"slow_first_byte":      {"slow_first_byte(ms)", numberFrom(1, 600_000), slow},
		"dribble":              {"dribble(bytes, ms)", numbersFrom(1, 600_000), dribble},
		"truncate":             {"truncate(bytes)", numberFrom(1, maxBody), truncate},
		"bad_chunk":            {"bad_chunk", nil, badChunk},
		"garbage_then_close":   {"garbage_then_close", nil, garbageThenClose},
		"endless":              {"endless", nil, endless},
		"early_413":            {"early_413", nil, early413},
		"goaway":               {"goaway", nil, goaway(0)},
		"goaway_processed":     {"goaway_processed", nil, goaway(maxStream)},

		"garbage":             {"garbage", nil, garbage},
		"empty_200":           {"empty_200", nil, empty},
		"no_content_type":     {"no_content_type", nil, noContentType},
		"wrong_content_type":  {"wrong_content_type", nil, wrongContentType},
		"html":                {"html(status)", numberFrom(200, 599), html},
		"json_null":           {"json_null", nil, jsonNull},
		"json_wrong_types":    {"json_wrong_types", nil, jsonWrongTypes},
		"json_empty":          {"json_empty", nil, jsonEmpty},
		"json_duplicate_keys": {"json_duplicate_keys", nil, jsonDuplicateKeys},
		"extra_ids":           {"extra_ids", nil, extraIDs},
		"json_deep":           {"json_deep(depth)", numberFrom(1, 1<<20), jsonDeep},
		"bom":                 {"bom", nil, bom},
		"invalid_utf8":        {"invalid_utf8", nil, invalidUTF8},
		"huge":                {"huge(megabytes)", numberFrom(1, 4096), huge},
		"gzip_bad_crc":        {"gzip_bad_crc", nil, gzipBadCRC},
		"gzip_bomb":           {"gzip_bomb", nil, gzipBomb},

		"status":              {"status(code)", numberFrom(200, 599), status},
		"status_without_body": {"status_without_body(code)", numberFrom(200, 599), status},
		"error":               {"error(row)", rowName, errorRow},
		"retry_after":         {"retry_after(seconds, date, huge, garbage or none)", retryForm, retryAfter},
		"deliver_then":        {"deliver_then(fault)", thenFault, deliverThen},
		"echo_credentials":    {"echo_credentials(status)", numberFrom(200, 599), echoCredentials},
		"redirect":            {"redirect(code, same, other_host or http)", redirectForm, redirect},
		"redirect_loop":       {"redirect_loop", nil, redirectLoop},
		"token_expired":       {"token_expired", nil, tokenExpired},
	}
}

func status(_ *call, f Fault) answer { return answer{status: f.number} }

func errorRow(c *call, f Fault) answer {
	row := c.server.dialect.Error(f.row)
	if row == nil {
		return broken(fmt.Errorf("there is no error row %q", f.row))
	}
	if c.refusesItems(row) {
		return c.refuse(row)
	}
	return c.errorRow(row)
}

func thenFault(f *Fault, text string) error {
	then, err := ParseFault(text)
	if err == nil && then.name == "refuse" {
		err = errors.New("refuse takes no requests, so it cannot follow a delivery")
	}
	f.then = &then
	return err
}

// deliverThen accepts the message as usual and then misbehaves, so that the client cannot know whether the message was
// delivered.
func deliverThen(c *call, f Fault) answer {
	delivered := c.normal().delivered
	a := f.then.run(c, *f.then)
	a.delivered = delivered
	return a
}
