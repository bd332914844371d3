// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"net/http"

	"github.com/wahost/wahost/core/gateway/adminapi"
)

// overviewPage is what the first page shows.
type overviewPage struct {
	layout
	Stats    adminapi.Stats
	Lanes    []laneRow
	Channels []adminapi.ChannelState
	Curves   []curve
}

// laneRow is a lane with the sums over its classes.
type laneRow struct {
	adminapi.Lane
	Ready, Due int
	Oldest     string
}

// Troubled returns the channels that are not used now.
func (p *overviewPage) Troubled() []adminapi.ChannelState {
	var out []adminapi.ChannelState
	for _, c := range p.Channels {
		if !c.Healthy {
			out = append(out, c)
		}
	}
	return out
}

// Quiet reports whether nothing needs a person.
func (p *overviewPage) Quiet() bool {
	return len(p.Troubled()) == 0 && p.Stats.Unknown == 0 && p.Stats.Dead == 0 && p.Stats.Paused == 0
}

func (v *visit) overview() error {
	p := &overviewPage{layout: v.layout("Overview", "")}
	var err error
	if !p.May("admin") {
		return v.render("overview", p)
	}
	if p.Stats, err = ask[adminapi.Stats](v, http.MethodGet, "stats", nil, nil); err != nil {
		return err
	}
	if p.Channels, p.Lanes, err = v.lanes(p.layout); err != nil {
		return err
	}
	hour, err := ask[adminapi.HourState](v, http.MethodGet, "stats/hour", nil, nil)
	if err != nil {
		return err
	}
	p.Curves = curves(&hour)
	return v.render("overview", p)
}

// lanes returns the channels and the lanes.
func (v *visit) lanes(l layout) ([]adminapi.ChannelState, []laneRow, error) {
	channels, err := ask[items[adminapi.ChannelState]](v, http.MethodGet, "channels", nil, nil)
	if err != nil {
		return nil, nil, err
	}
	lanes, err := ask[items[adminapi.Lane]](v, http.MethodGet, "lanes", nil, nil)
	if err != nil {
		return nil, nil, err
	}
	rows := make([]laneRow, 0, len(lanes.Items))
	for _, x := range lanes.Items {
		row := laneRow{Lane: x, Oldest: "–"}
		var oldest = l.Now
		for _, b := range x.Backlog {
			row.Ready += b.Messages
			row.Due += b.Due
			if b.OldestAt != nil && b.OldestAt.Before(oldest) {
				oldest = *b.OldestAt
				row.Oldest = ago(l.Now, b.OldestAt)
			}
		}
		rows = append(rows, row)
	}
	return channels.Items, rows, nil
}
