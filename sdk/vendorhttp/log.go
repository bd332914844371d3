// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package vendorhttp

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"
)

// logs reports whether exchanges are logged.
func logs(ctx context.Context) bool { return slog.Default().Enabled(ctx, slog.LevelDebug) }

// log writes one line about an exchange. It never writes a query, a header, a body or the text of an error, which may
// quote them.
func (c *Client) log(ctx context.Context, r *http.Request, sent int, response *Response, failure *Failure, took time.Duration) {
	attrs := []any{"method", r.Method, "path", c.secrets.Redact(maskNumbers(r.URL.Path)), "bytes_sent", sent, "duration", took.Round(time.Microsecond).String()}
	if response != nil {
		slog.DebugContext(ctx, "vendor request", append(attrs, "status", response.Status, "bytes_received", len(response.Body))...)
		return
	}
	word := "failed, nothing was sent"
	switch {
	case failure == nil: // the transport panicked
		return
	case failure.Canceled:
		word = "cancelled"
	case failure.Timeout:
		word = "timeout"
	case failure.MaybeSent:
		word = "no complete response"
	}
	slog.DebugContext(ctx, "vendor request", append(attrs, "failure", word, "maybe_sent", failure.MaybeSent)...)
}

// address returns a URL as texts and logs may show it: without its query, and without numbers and secrets in its path.
func (c *Client) address(u *url.URL) string {
	return u.Scheme + "://" + u.Host + c.secrets.Redact(maskNumbers(u.Path))
}

// minNumber is the number of digits from which a number may be a phone number. The shortest international ones have 7.
const minNumber = 6

// maskNumbers returns a path with "***" in place of everything that may be a phone number: digits, also if spaces or the
// signs +-.() stand between them.
func maskNumbers(path string) string {
	var b strings.Builder
	runes := []rune(path)
	for i := 0; i < len(runes); {
		end, digits := i, 0
		for j := i; j < len(runes) && (unicode.IsDigit(runes[j]) || strings.ContainsRune("+-.() ", runes[j])); j++ {
			if unicode.IsDigit(runes[j]) {
				digits++
				end = j + 1
			}
		}
		switch {
		case digits >= minNumber:
			b.WriteString("***")
			i = end
		case end > i:
			b.WriteString(string(runes[i:end]))
			i = end
		default:
			b.WriteRune(runes[i])
			i++
		}
	}
	return b.String()
}
