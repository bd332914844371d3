// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/wahost/wahost/sdk/vendorhttp"
)

// pushwooshRequest is the request that the Pushwoosh provider makes for a text.
type pushwooshRequest struct {
	Request struct {
		Application   string                  `json:"application"`
		Auth          string                  `json:"auth"`
		Notifications []pushwooshNotification `json:"notifications"`
	} `json:"request"`
}

type pushwooshNotification struct {
	SendDate string   `json:"send_date"`
	Content  string   `json:"content"`
	Devices  []string `json:"devices"`
	Register bool     `json:"use_auto_registration"`
}

func newPushwooshRequest(recipient int) *pushwooshRequest {
	r := &pushwooshRequest{}
	r.Request.Application, r.Request.Auth = "00000-AAAAA", "token"
	r.Request.Notifications = []pushwooshNotification{{"now", textBody, []string{"whatsapp:" + number(recipient)}, true}}
	return r
}

// checkPushwooshAnswer reads the answer as the provider does.
func checkPushwooshAnswer(status int, decode func(any) error) error {
	var answer struct {
		StatusCode int `json:"status_code"`
		Response   struct{ Messages []string }
	}
	if err := decode(&answer); err != nil {
		return err
	}
	if status != http.StatusOK || answer.StatusCode != http.StatusOK || len(answer.Response.Messages) != 1 {
		return fmt.Errorf("HTTP %d with status_code %d", status, answer.StatusCode)
	}
	return nil
}

// direct returns a plain net/http client, which makes the same request as the provider. It uses HTTP/1.1, which costs less
// processor time than HTTP/2, and keeps a connection for every message that is under way.
func (b *bench) direct(scheme string, delay time.Duration) (sender, func()) {
	transport := &http.Transport{
		MaxIdleConns: 2 * b.waiting, MaxIdleConnsPerHost: 2 * b.waiting,
		TLSClientConfig: &tls.Config{RootCAs: b.vendor.roots, MinVersion: tls.VersionTLS12},
	}
	client := &http.Client{Transport: transport, Timeout: 30 * time.Second}
	url := b.vendor.url(scheme, delay) + pushwooshPath
	return func(ctx context.Context, recipient int) error {
		body, err := json.Marshal(newPushwooshRequest(recipient))
		if err != nil {
			return err
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
		if err != nil {
			return err
		}
		req.Header.Set("Content-Type", "application/json")
		resp, err := client.Do(req)
		if err != nil {
			return err
		}
		defer func() { _ = resp.Body.Close() }()
		return checkPushwooshAnswer(resp.StatusCode, json.NewDecoder(resp.Body).Decode)
	}, transport.CloseIdleConnections
}

// careful returns the HTTP client of the providers, called in this process. If netHTTP is set, it makes its requests with the
// Transport of net/http, as all providers did when the goals were set.
func (b *bench) careful(scheme string, delay time.Duration, netHTTP bool) (sender, func(), error) {
	client, err := vendorhttp.New(vendorhttp.Options{Endpoint: b.vendor.url(scheme, delay), MaxConns: 2 * b.waiting, NetHTTP: netHTTP})
	if err != nil {
		return nil, nil, err
	}
	return func(ctx context.Context, recipient int) error {
		response, failure := client.PostJSON(ctx, pushwooshPath, newPushwooshRequest(recipient))
		if failure != nil {
			return failure.Cause
		}
		return checkPushwooshAnswer(response.Status, func(answer any) error { return json.Unmarshal(response.Body, answer) })
	}, func() { _ = client.Close() }, nil
}
