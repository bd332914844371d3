// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"sync/atomic"
	"time"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/gateway/adminapi"
)

const (
	// handoverTries is how often a request is made whose answer does not come, and handoverPause the first time between two.
	handoverTries = 5
	handoverPause = time.Second
	// longestPause bounds what a gateway may ask for.
	longestPause = time.Minute
	// answerTime is how long a gateway may take for its answer after it has the whole body.
	answerTime = 10 * time.Minute
	// maxAnswer bounds an answer in bytes.
	maxAnswer = 8 << 20
)

// imported is what a gateway says about rows.
type imported struct {
	Name string `json:"name"`
	adminapi.Import
}

// handover is the transfer of rows to a gateway. Their name is a digest of their content, so that the same command hands nothing over twice
// within the 24 hours for which a gateway remembers rows.
type handover struct {
	app     *cli.App
	gateway *url.URL
	from    string
	// campaign is the name of the campaign of the messages. It may be empty.
	campaign string
	key      string
	dryRun   bool
	// kind is the media type of the rows: those of a file that open opens, which the message completes, or rows.
	kind, message string
	open          func() (*os.File, error)
	rows          []byte

	sent, size atomic.Int64
}

// body opens the rows, and returns their size.
func (h *handover) body() (io.ReadCloser, int64, error) {
	if h.open == nil {
		return io.NopCloser(bytes.NewReader(h.rows)), int64(len(h.rows)), nil
	}
	f, err := h.open()
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a regular file", f.Name())
	}
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, info.Size(), nil
}

// name returns what the rows are called.
func (h *handover) name() (string, error) {
	sum := sha256.New()
	fmt.Fprintf(sum, "%s\n%d\n%s", h.from, len(h.message), h.message)
	if h.campaign != "" {
		fmt.Fprintf(sum, "\n%s\n", h.campaign)
	}
	b, _, err := h.body()
	if err != nil {
		return "", err
	}
	defer func() { _ = b.Close() }() // it was only read
	if _, err := io.Copy(sum, b); err != nil {
		return "", err
	}
	return "send-" + hex.EncodeToString(sum.Sum(nil)[:16]), nil
}

// run hands the rows over.
func (h *handover) run(ctx context.Context) (*imported, error) {
	name, err := h.name()
	if err != nil {
		return nil, err
	}
	progress := cli.NewProgress(h.app.Stderr, func(bool) string {
		if h.size.Load() == 0 {
			return ""
		}
		return fmt.Sprintf("handed over %d of %d KB", h.sent.Load()>>10, h.size.Load()>>10)
	})
	defer progress.Close()
	pause := handoverPause
	for try := 1; ; try++ {
		done, err := h.request(ctx, name, progress)
		var refused *refusedError
		if err == nil || ctx.Err() != nil || try == handoverTries || errors.As(err, &refused) && !refused.again() {
			return done, err
		}
		if refused != nil && refused.after > 0 {
			pause = min(refused.after, longestPause)
		}
		h.app.Note("%v; the same request is made again in %s", err, pause)
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		pause *= 2
	}
}

// request makes the request once.
func (h *handover) request(ctx context.Context, name string, progress *cli.Progress) (*imported, error) {
	if h.campaign != "" && !h.dryRun {
		if err := h.create(ctx); err != nil {
			return nil, err
		}
	}
	body, size, err := h.body()
	if err != nil {
		return nil, err
	}
	defer func() { _ = body.Close() }() // it was only read
	h.sent.Store(0)
	h.size.Store(size)
	query := url.Values{"phone_number_id": {h.from}}
	if h.message != "" {
		query.Set("message", h.message)
	}
	switch {
	case h.dryRun: // there may be no such campaign yet
		query.Set("dry_run", "true")
	case h.campaign != "":
		query.Set("campaign", h.campaign)
	}
	u := h.gateway.JoinPath("v1", "imports", name)
	u.RawQuery = query.Encode()
	raw, err := h.exchange(ctx, u, h.kind, &counted{body, h, progress}, size)
	if err != nil {
		return nil, err
	}
	done := &imported{Name: name}
	if err := json.Unmarshal(raw, done); err != nil {
		return nil, fmt.Errorf("%s does not answer as a gateway: %w", h.gateway.Host, err)
	}
	return done, nil
}

// create creates the campaign of the messages. A campaign that exists stays as it is.
func (h *handover) create(ctx context.Context) error {
	body, err := json.Marshal(map[string]string{"name": h.campaign, "phone_number_id": h.from})
	if err != nil {
		return err
	}
	_, err = h.exchange(ctx, h.gateway.JoinPath("v1", "campaigns"), "application/json", bytes.NewReader(body), int64(len(body)))
	return err
}

// exchange makes a request with a body of a size, and returns what the gateway answers. The error is a *refusedError if it refuses.
func (h *handover) exchange(ctx context.Context, u *url.URL, kind string, body io.Reader, size int64) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), body)
	if err != nil {
		return nil, err
	}
	r.ContentLength = size
	r.Header.Set("Authorization", "Bearer "+h.key)
	r.Header.Set("Content-Type", kind)
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.ResponseHeaderTimeout = answerTime
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		var failed *url.Error
		if errors.As(err, &failed) {
			err = failed.Err // without the URL, which has the message in it
		}
		return nil, fmt.Errorf("%s: %w", h.gateway.Host, err)
	}
	defer func() { _ = answer.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("%s: the answer: %w", h.gateway.Host, err)
	}
	if answer.StatusCode != http.StatusOK && answer.StatusCode != http.StatusCreated {
		return nil, refusal(answer, raw)
	}
	return raw, nil
}

// counted tells how much of the rows was read.
type counted struct {
	io.Reader
	h        *handover
	progress *cli.Progress
}

// Read reads a part of the rows.
func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.h.sent.Add(int64(n))
	c.progress.Update()
	return n, err
}
