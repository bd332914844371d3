// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package numbers says about phone numbers in E.164 what libphonenumber says: the country, whether a number can be complete, and the time
// zones. Its table comes from the metadata in the library github.com/nyaruka/phonenumbers, which reads all of it, for every country and
// purpose, each time that a program starts. The table needs no reading. The tests compare this package with the library.
package numbers

//go:generate go run ./internal/tablegen

// plan is what a country code means.
type plan struct {
	code string
	// prefix matches the digits that are dialled only within the country, at the beginning of the number. replacement is what stands
	// for them abroad if the last group of prefix matches; it may refer to groups.
	prefix, replacement string
	// pattern matches all numbers of the first region.
	pattern string
	// lengths are those of whole numbers of the first region, and local those of numbers without the code of an area.
	lengths, local lengths
	regions        []region
}

// region is a country, or the world. If it does not share its country code, only its id is set.
type region struct {
	// id is the letters of ISO 3166.
	id string
	// leading matches the first digits of the numbers of the region. If it is empty, these are those of general that are also of one of
	// the kinds.
	leading string
	general kind
	kinds   []kind
}

// kind is a set of numbers, such as those of mobile phones.
type kind struct {
	pattern string
	// lengths are 0 for any.
	lengths lengths
}

// lengths is a set of numbers of digits after the country code: the bit n is set for n.
type lengths uint32

// prefix says in which zones the numbers are that begin with some digits, country code included. The longest prefix of a number counts.
type prefix struct {
	digits string
	// zones is a place in the list of zones.
	zones uint16
}
