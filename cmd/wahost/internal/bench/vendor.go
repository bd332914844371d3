// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// slowVendor is how long the vendor takes below /slow, as one on the Internet might.
const slowVendor = 20 * time.Millisecond

// playVendor runs the vendor's process. It reads each request to its end and answers immediately, for the paths of both
// vendors.
func playVendor() {
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println("http://" + listener.Addr().String())
	answers := map[string][]byte{
		"/json/1.3/createWhatsAppMessage": []byte(`{"status_code":200,"status_message":"OK","response":{"Messages":["0000-AAAA0000-BBBB0000"]}}`),
		"/api/whatsapp/v3/msg/submit":     []byte(`{"code":"0","message":"submitted","data":"400000000000000001"}`),
	}
	server := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path, slow := strings.CutPrefix(r.URL.Path, "/slow")
		if slow {
			time.Sleep(slowVendor)
		}
		answer, ok := answers[path]
		if _, err := io.Copy(io.Discard, r.Body); err != nil || !ok {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(answer)
	})}
	go func() {
		// The bench holds the other end of the pipe, so that this process ends with it.
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	_ = server.Serve(listener)
}

// vendor is the running vendor, with a client that calls it directly, which is the yardstick.
type vendor struct {
	url    string
	cmd    *exec.Cmd
	input  io.Closer
	client *http.Client
}

func startVendor(ctx context.Context) (*vendor, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, "vendor")
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("vendor: %w", err)
	}
	transport := &http.Transport{MaxIdleConns: 256, MaxIdleConnsPerHost: 256}
	return &vendor{url: strings.TrimSpace(line), cmd: cmd, input: in, client: &http.Client{Transport: transport, Timeout: 30 * time.Second}}, nil
}

func (v *vendor) stop() {
	_ = v.input.Close()
	_ = v.cmd.Wait()
}

// direct makes the request that the Pushwoosh provider makes, and reads its answer.
func (v *vendor) direct(ctx context.Context, i int) error {
	var answer struct {
		StatusCode int `json:"status_code"`
		Response   struct{ Messages []string }
	}
	err := v.post(ctx, "/json/1.3/createWhatsAppMessage", map[string]any{"request": map[string]any{
		"application": "00000-AAAAA", "auth": "token",
		"notifications": []any{map[string]any{
			"send_date": "now", "content": "Your parcel is on its way.", "devices": []string{"whatsapp:" + number(i)}, "use_auto_registration": true,
		}},
	}}, &answer)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("status_code %d", answer.StatusCode)
	}
	return err
}

// each sends a template of InnoPaaS to n recipients, one request for each.
func (v *vendor) each(ctx context.Context, n int) error {
	var next atomic.Int64
	return parallel(64, func() error {
		for {
			i := int(next.Add(1))
			if i > n {
				return nil
			}
			var answer struct{ Code, Data string }
			err := v.post(ctx, "/api/whatsapp/v3/msg/submit", map[string]any{
				"wabaId": "1", "messageType": "template", "uid": fmt.Sprintf("u%d", i), "sendNumber": "12025550100", "recipientNumber": number(i)[1:],
				"language": "en", "templateName": "order_update", "bodyParams": []string{"Ann"},
			}, &answer)
			if err != nil {
				return err
			}
			if answer.Code != "0" {
				return fmt.Errorf("code %q", answer.Code)
			}
		}
	})
}

func (v *vendor) post(ctx context.Context, path string, body, answer any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, v.url+path, bytes.NewReader(raw))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := v.client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	return json.NewDecoder(resp.Body).Decode(answer)
}

func number(i int) string { return fmt.Sprintf("+4915%09d", i) }

// parallel runs n workers and returns the first error.
func parallel(n int, work func() error) error {
	var (
		group sync.WaitGroup
		once  sync.Once
		first error
	)
	for range n {
		group.Go(func() {
			if err := work(); err != nil {
				once.Do(func() { first = err })
			}
		})
	}
	group.Wait()
	return first
}

// inFlight keeps n sends under way for a while and returns the sends per second.
func inFlight(ctx context.Context, n int, length time.Duration, send func(context.Context, int) error) (float64, error) {
	var done atomic.Int64
	begin := time.Now()
	err := parallel(n, func() error {
		for time.Since(begin) < length && ctx.Err() == nil {
			if err := send(ctx, int(done.Add(1))); err != nil {
				return err
			}
		}
		return nil
	})
	return float64(done.Load()) / time.Since(begin).Seconds(), err
}
