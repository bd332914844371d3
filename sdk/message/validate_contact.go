// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"regexp"
	"strconv"
	"time"
)

var decimal = regexp.MustCompile(`^[+-]?[0-9]+(\.[0-9]+)?$`)

func (v *validator) location(path string, l *Location) {
	if l == nil {
		return // the caller reports that the object is missing
	}
	v.coordinate(path+".latitude", l.GetLatitude(), 90)
	v.coordinate(path+".longitude", l.GetLongitude(), 180)
}

func (v *validator) coordinate(path, value string, limit float64) {
	if !v.required(path, value) {
		return
	}
	f, err := strconv.ParseFloat(value, 64)
	if err != nil || !decimal.MatchString(value) || f < -limit || f > limit {
		text := strconv.Itoa(int(limit))
		v.add(path, "The value must be decimal degrees from -"+text+" to "+text+`, such as "31.2359".`)
	}
}

func (v *validator) contacts(contacts []*Contact) {
	for i, c := range contacts {
		path := IndexPath("contacts", i)
		v.contactName(path+".name", c.GetName())
		for j, p := range c.GetPhones() {
			v.required(IndexPath(path+".phones", j)+".phone", p.GetPhone())
		}
		for j, e := range c.GetEmails() {
			v.required(IndexPath(path+".emails", j)+".email", e.GetEmail())
		}
		for j, u := range c.GetUrls() {
			v.required(IndexPath(path+".urls", j)+".url", u.GetUrl())
		}
		if b := c.GetBirthday(); b != "" {
			if _, err := time.Parse(time.DateOnly, b); err != nil {
				v.add(path+".birthday", "The value must be a date as YYYY-MM-DD.")
			}
		}
	}
}

// contactName checks a name. It needs formatted_name and at least one more part (pywa, whatsapp-api-js).
func (v *validator) contactName(path string, n *ContactName) {
	v.required(path+".formatted_name", n.GetFormattedName())
	if n.GetFirstName()+n.GetLastName()+n.GetMiddleName()+n.GetPrefix()+n.GetSuffix() == "" {
		v.add(path, "Besides formatted_name, set one more part of the name, such as first_name.")
	}
}
