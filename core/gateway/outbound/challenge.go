// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package outbound

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Challenge asks an endpoint whether it expects webhooks, as the Cloud API does when a URL is set: the endpoint must answer with the text
// of the challenge, which it does only for the right token (Meta's page "Webhooks" of the Cloud API).
func Challenge(ctx context.Context, client *http.Client, address, token string) error {
	if err := CheckURL(address); err != nil {
		return err
	}
	u, err := url.Parse(address)
	if err != nil {
		return errors.New("the URL is malformed")
	}
	// Meta's challenges are numbers, and some receivers read them as such.
	challenge := strconv.FormatUint(uint64(rand.Uint32()), 10)
	q := u.Query()
	q.Set("hub.mode", "subscribe")
	q.Set("hub.challenge", challenge)
	q.Set("hub.verify_token", token)
	u.RawQuery = q.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), http.NoBody)
	if err != nil {
		return errors.New("the URL is malformed")
	}
	req.Header.Set("User-Agent", userAgent)
	answer, err := client.Do(req)
	if err != nil {
		return describe(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the endpoint answered the challenge with HTTP %d, and 200 was expected", answer.StatusCode)
	}
	got, err := io.ReadAll(io.LimitReader(answer.Body, 1<<10))
	if err != nil || strings.TrimSpace(string(got)) != challenge {
		return errors.New("the endpoint did not answer with the text of the challenge")
	}
	return nil
}
