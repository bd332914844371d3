// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sample

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"
)

// mobiles are the beginnings of mobile numbers of many countries, with an x for each digit that is free.
var mobiles = []string{
	"+9198xxxxxxxx", "+9199xxxxxxxx", "+9197xxxxxxxx", "+62812xxxxxxxx", "+62813xxxxxxxx", "+551199xxxxxxx", "+552198xxxxxxx", "+525512xxxxxx",
	"+4915112xxxxxx", "+4917612xxxxxx", "+447400xxxxxx", "+34612xxxxxx", "+393471xxxxxx", "+33612xxxxxx", "+971501xxxxxx", "+966501xxxxxx",
	"+201001xxxxxx", "+923001xxxxxx", "+905321xxxxxx", "+27821xxxxxx", "+573101xxxxxx", "+5491123xxxxxx", "+60121xxxxxx", "+639171xxxxxx",
	"+2348031xxxxxx", "+254712xxxxxx", "+14152xxxxxx", "+16462xxxxxx", "+13052xxxxxx", "+84912xxxxxx", "+66812xxxxxx", "+61412xxxxxx",
	"+818012xxxxxx", "+821012xxxxxx", "+48512xxxxxx", "+31612xxxxxx", "+51912xxxxxx", "+56961xxxxxx", "+34655xxxxxx", "+8801712xxxxxx",
	// The national numbers of these countries begin with a zero, which belongs to the number.
	"+2250707xxxxxx", "+242066xxxxxx", "+24177xxxxxx", "+3906698xxxxx",
}

// Phone returns a mobile number in E.164, with "+", as it exists in one of many countries. Equal seeds and names lead to equal
// numbers. Different names may lead to the same number, which is rare.
func Phone(seed int64, name string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d phone %s", seed, name))
	form := mobiles[binary.BigEndian.Uint32(sum[:])%uint32(len(mobiles))]
	n := binary.BigEndian.Uint64(sum[8:])
	return strings.Map(func(r rune) rune {
		if r != 'x' {
			return r
		}
		digit := rune('0' + n%10)
		n /= 10
		return digit
	}, form)
}
