// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"

	"github.com/wahost/wahost/core/gateway/cloudapi"
	"github.com/wahost/wahost/core/gateway/keys"
	"github.com/wahost/wahost/core/gateway/outbound"
	"github.com/wahost/wahost/core/gateway/store"
)

// subscriptions are what API keys subscribed, beside the webhooks of the configuration.
type subscriptions struct {
	store   store.Subscriptions
	keys    keys.Source
	numbers *numbers
	// changed tells the runners of webhooks.
	changed func(ctx context.Context) error
}

// Subscriptions implements cloudapi.Subscriptions. A key that does not exist any more has none.
func (s *subscriptions) Subscriptions(ctx context.Context, account string) (found []cloudapi.Subscription, err error) {
	all, err := s.store.Subscriptions(ctx)
	if err != nil {
		return nil, err
	}
	for _, one := range all {
		if one.Account != account {
			continue
		}
		key, err := s.keys.Key(ctx, one.Key)
		if err != nil {
			return nil, err
		}
		if key != nil {
			found = append(found, cloudapi.Subscription{Account: account, Key: key, URL: one.URL, VerifyToken: one.VerifyToken})
		}
	}
	return found, nil
}

// Subscribe implements cloudapi.Subscriptions.
func (s *subscriptions) Subscribe(ctx context.Context, one cloudapi.Subscription) error {
	if err := s.store.Subscribe(ctx, store.Subscription{Account: one.Account, Key: one.Key.ID, URL: one.URL, VerifyToken: one.VerifyToken}); err != nil {
		return err
	}
	return s.changed(ctx)
}

// Unsubscribe implements cloudapi.Subscriptions.
func (s *subscriptions) Unsubscribe(ctx context.Context, account, keyID string) error {
	if err := s.store.Unsubscribe(ctx, account, keyID); err != nil {
		return err
	}
	return s.changed(ctx)
}

// endpoints returns where the subscriptions that name a URL go. What a key may not see is not told to it.
func (s *subscriptions) endpoints(ctx context.Context) (all []outbound.Endpoint, err error) {
	subscribed, err := s.store.Subscriptions(ctx)
	if err != nil {
		return nil, err
	}
	for _, one := range subscribed {
		key, err := s.keys.Key(ctx, one.Key)
		if err != nil {
			return nil, err
		}
		if one.URL == "" || key == nil || key.AppSecret == "" {
			continue
		}
		var of []string
		for _, n := range s.numbers.Account(one.Account) {
			if key.Covers(n.ID) {
				of = append(of, n.ID)
			}
		}
		if len(of) > 0 {
			all = append(all, outbound.Endpoint{Name: subscriptionPrefix + one.Account + "/" + one.Key, URL: one.URL, Secrets: []string{key.AppSecret}, Numbers: of})
		}
	}
	return all, nil
}

// subscriptionPrefix begins the names of the endpoints of subscriptions, which differ so from the names of blocks.
const subscriptionPrefix = "subscribed_apps/"
