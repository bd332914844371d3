// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/wahost/wahost/core/gateway/store"
)

// AuditEntry is one change and who made it.
type AuditEntry struct {
	Seq     int64     `json:"seq"`
	At      time.Time `json:"at"`
	Key     string    `json:"key" doc:"The name of the key."`
	Address string    `json:"address,omitempty" doc:"The address that the request came from."`
	Action  string    `json:"action" example:"cancel"`
	Object  string    `json:"object" doc:"The id of the message, or what was set."`
	Before  string    `json:"before,omitempty"`
	After   string    `json:"after,omitempty"`
}

func (s *Server) registerAudit() {
	register(s, operation("operation", "list-audit", http.MethodGet, "/audit", operating, "Show who changed what",
		"Each change that was made through the API, and each look at numbers and texts, the newest first. An entry is written in the same transaction as its change. Phone numbers are hidden."), s.audit)
}

func (s *Server) audit(ctx context.Context, _ *caller, in *struct{ Page }) (*list[AuditEntry], error) {
	before := int64(0)
	if in.Cursor != "" {
		var err error
		if before, err = strconv.ParseInt(in.Cursor, 10, 64); err != nil || before < 1 {
			return nil, badCursor()
		}
	}
	found, err := s.Store.Audit(ctx, before, in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := &list[AuditEntry]{listBody[AuditEntry]{Items: []AuditEntry{}}}
	for _, a := range found[:min(len(found), in.Limit)] {
		out.Body.Items = append(out.Body.Items, auditView(a))
	}
	if len(found) > in.Limit {
		out.Body.Next = strconv.FormatInt(found[in.Limit-1].Seq, 10)
	}
	return out, nil
}

func auditView(a store.AuditEntry) AuditEntry {
	if strings.HasSuffix(a.Action, " "+store.SettingSuppression) {
		a.Object = maskAddress(a.Object)
	}
	return AuditEntry{a.Seq, a.At.UTC(), a.By.Key, a.By.Address, a.Action, a.Object, a.Before, a.After}
}
