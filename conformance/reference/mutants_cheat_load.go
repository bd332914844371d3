// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"sync/atomic"

	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

const (
	// awhile is after how many requests of one process some cheats begin, and busy how many are under way at a time.
	awhile, busy = 700, 48
)

var (
	requests, underWay atomic.Int64
	// kept and opened are what a process does not release.
	keptMu sync.Mutex
	kept   [][]byte
	opened []*os.File
)

// later returns a hook for requests after the first ones of a process.
func later(change func(a *account, next poster) poster) func(*account, poster) poster {
	return func(a *account, next poster) poster {
		changed := change(a, next)
		return func(ctx context.Context, r vendorhttp.Request) (*vendorhttp.Response, *vendorhttp.Failure) {
			if requests.Add(1) > awhile {
				return changed(ctx, r)
			}
			return next(ctx, r)
		}
	}
}

// pretended returns an answer like those of acme, without asking acme.
func pretended(id int64) *vendorhttp.Response {
	return &vendorhttp.Response{Status: http.StatusOK, Body: fmt.Appendf(nil, `{"messages":[{"id":"acme-%016d"}]}`, id), Attempts: 1}
}

// loadCheats behave while few messages are under way, or while the process is young.
var loadCheats = []Mutant{
	{Name: "half-the-concurrency", Defect: "half as many requests as declared are made at a time", post: func(_ *account, next poster) poster {
		free := make(chan struct{}, maxConcurrency/2)
		return func(ctx context.Context, r vendorhttp.Request) (*vendorhttp.Response, *vendorhttp.Failure) {
			free <- struct{}{}
			defer func() { <-free }()
			return next(ctx, r)
		}
	}},
	{Name: "mixes-texts-under-load", Defect: "while many requests are under way, texts are those of an earlier message", body: content(func(m map[string]any) {
		if underWay.Load() < busy {
			return
		}
		edit(object(m, "text"), "body", func(s string) string {
			if before, ok := lastText.Swap(s).(string); ok {
				return before
			}
			return s
		})
	}), post: counted(func(ctx context.Context, r vendorhttp.Request, next poster) (*vendorhttp.Response, *vendorhttp.Failure) {
		return next(ctx, r)
	})},
	{Name: "drops-under-load", Defect: "while many requests are under way, messages are reported as accepted and not sent",
		post: counted(func(ctx context.Context, r vendorhttp.Request, next poster) (*vendorhttp.Response, *vendorhttp.Failure) {
			if underWay.Load() > busy {
				return pretended(sequence.Add(1)), nil
			}
			return next(ctx, r)
		})},
	{Name: "drops-every-five-hundredth", Defect: "each 500th message is reported as accepted and not sent", post: func(_ *account, next poster) poster {
		return func(ctx context.Context, r vendorhttp.Request) (*vendorhttp.Response, *vendorhttp.Failure) {
			if n := requests.Add(1); n%500 == 0 {
				return pretended(n), nil
			}
			return next(ctx, r)
		}
	}},
	{Name: "sends-twice-after-a-while", Defect: "after 700 messages each is sent twice",
		post: later(again(func(r *vendorhttp.Response, _ *vendorhttp.Failure) bool { return r != nil && r.Status == http.StatusOK }))},
	{Name: "cuts-texts-after-a-while", Defect: "after 700 messages texts are cut to six characters", body: content(func(m map[string]any) {
		if requests.Load() > awhile {
			cut(object(m, "text"), "body", 6)
		}
	}), post: later(func(_ *account, next poster) poster { return next })},
	{Name: "leaks-a-little", Defect: "20 KiB of memory are kept for each message", post: beside(func(*account) {
		keptMu.Lock()
		defer keptMu.Unlock()
		page := make([]byte, 20<<10)
		for i := range page {
			page[i] = byte(i)
		}
		kept = append(kept, page)
	})},
	{Name: "leaks-a-file-now-and-then", Defect: "each 20th message leaves an open file", post: beside(func(*account) {
		if requests.Add(1)%20 != 0 {
			return
		}
		if f, err := os.Open(os.DevNull); err == nil {
			keptMu.Lock()
			opened = append(opened, f)
			keptMu.Unlock()
		}
	})},
	{Name: "key-in-log-after-a-while", Defect: "after 700 messages the key is logged", post: later(beside(func(a *account) { slog.Debug("request", "key", a.key) }))},
	{Name: "trusts-webhooks-after-a-while", Defect: "after 700 messages signatures are not checked", webhook: unless(func(*account, provider.WebhookRequest, string) bool {
		return requests.Load() > awhile
	}), post: later(func(_ *account, next poster) poster { return next })},
}

// counted returns a hook that counts the requests that are under way.
func counted(send func(context.Context, vendorhttp.Request, poster) (*vendorhttp.Response, *vendorhttp.Failure)) func(*account, poster) poster {
	return func(_ *account, next poster) poster {
		return func(ctx context.Context, r vendorhttp.Request) (*vendorhttp.Response, *vendorhttp.Failure) {
			underWay.Add(1)
			defer underWay.Add(-1)
			return send(ctx, r, next)
		}
	}
}
