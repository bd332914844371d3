// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/wahost/wahost/core/gateway/adminapi"
)

// channelsPage is what the page about channels and lanes shows.
type channelsPage struct {
	layout
	Lanes     []laneRow
	Channels  []adminapi.ChannelState
	Processes []adminapi.Process
	Coverage  matrix
}

func (v *visit) channels() error {
	p := &channelsPage{layout: v.layout("Channels", "channels")}
	var err error
	if p.Channels, p.Lanes, err = v.lanes(p.layout); err != nil {
		return err
	}
	processes, err := ask[items[adminapi.Process]](v, http.MethodGet, "processes", nil, nil)
	if err != nil {
		return err
	}
	p.Processes = processes.Items
	coverage, err := ask[items[adminapi.Coverage]](v, http.MethodGet, "coverage", nil, nil)
	if err != nil {
		return err
	}
	p.Coverage = newMatrix(coverage.Items)
	return v.render("channels", p)
}

// matrix is what channels declare, and what of it is certified.
type matrix struct {
	Channels []adminapi.Coverage
	Rows     []matrixRow
}

// matrixRow is something that channels declare. States has the state for each of the channels, or "" for those that do not declare it.
type matrixRow struct {
	Name   string
	States []string
}

func newMatrix(channels []adminapi.Coverage) matrix {
	m := matrix{Channels: channels}
	for i, c := range channels {
		for _, part := range c.Parts {
			at := slices.IndexFunc(m.Rows, func(r matrixRow) bool { return r.Name == part.Name })
			if at < 0 {
				at = len(m.Rows)
				m.Rows = append(m.Rows, matrixRow{part.Name, make([]string, len(channels))})
			}
			m.Rows[at].States[i] = part.State
		}
	}
	return m
}

// bar is a bucket of a histogram as a bar.
type bar struct {
	X, Y, Width, Height int
	// UpTo is the longest time, and empty for the last bucket.
	UpTo  string
	Count int
}

// The sizes of a histogram, in its own units.
const histogramHeight, barWidth, barGap = 48, 14, 2

// bars returns the buckets of a latency, without the empty ones at both ends.
func bars(l *adminapi.Latency) []bar {
	buckets := l.Buckets
	first, last := -1, -1
	most := 1
	for i, b := range buckets {
		if b.Count == 0 {
			continue
		}
		if first < 0 {
			first = i
		}
		last, most = i, max(most, b.Count)
	}
	if first < 0 {
		return nil
	}
	var all []bar
	for i, b := range buckets[first : last+1] {
		height := 0
		if b.Count > 0 {
			height = max(2, histogramHeight*b.Count/most)
		}
		x := bar{X: i * (barWidth + barGap), Y: histogramHeight - height, Width: barWidth, Height: height, Count: b.Count}
		if b.UpTo > 0 {
			x.UpTo = seconds(b.UpTo)
		}
		all = append(all, x)
	}
	return all
}

// setLane pauses or resumes a lane.
func (v *visit) setLane() error {
	action, lane := v.r.PathValue("action"), v.r.PostFormValue("lane")
	var body any
	switch action {
	case "pause":
		body = map[string]string{"reason": v.r.PostFormValue("reason")}
	case "resume":
	default:
		return errNoPage
	}
	if _, err := ask[adminapi.Lane](v, http.MethodPost, "lanes/"+url.PathEscape(lane)+"/"+action, nil, body); err != nil {
		return err
	}
	return v.back(Prefix+"channels", action)
}
