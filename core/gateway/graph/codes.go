// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package graph

import "net/http"

// Code is the code of an error. Callers decide by it, and not by the HTTP status.
type Code int

// The codes that the gateway uses, of Meta's page "Error codes" of the Cloud API.
const (
	CodeService             Code = 2      // the service is down or overloaded
	CodeInvalidParameter    Code = 100    // a parameter is unknown, too long or malformed, or the path is wrong
	CodeAccessToken         Code = 190    // the key is missing, unknown or expired
	CodePermission          Code = 200    // the key may not do this
	CodeRateLimit           Code = 130429 // too many messages
	CodeRestrictedCountry   Code = 130497
	CodeSomethingWrong      Code = 131000
	CodeAccessDenied        Code = 131005
	CodeMissingParameter    Code = 131008
	CodeInvalidValue        Code = 131009
	CodeServiceUnavailable  Code = 131016
	CodeRecipientIsSender   Code = 131021
	CodeUndeliverable       Code = 131026
	CodePayment             Code = 131042
	CodeReengagement        Code = 131047 // outside of the service window
	CodeSpamLimit           Code = 131048
	CodeOptedOut            Code = 131050
	CodeUnsupportedType     Code = 131051
	CodeMediaDownload       Code = 131052
	CodeMediaUpload         Code = 131053
	CodeMethodNotAllowed    Code = 131055 // not a marketing template
	CodePairRate            Code = 131056
	CodeUserID              Code = 131062 // the recipient cannot be a user id
	CodeTemplateParameters  Code = 132000
	CodeTemplateUnavailable Code = 132001
)

type meaning struct {
	status int
	title  string
}

// meanings has the titles of Meta's page. The HTTP statuses are those of gateways that tell apart what a caller can do: Meta's own
// differ between sources.
var meanings = map[Code]meaning{
	CodeService:             {http.StatusServiceUnavailable, "API Service"},
	CodeInvalidParameter:    {http.StatusBadRequest, "Invalid parameter"},
	CodeAccessToken:         {http.StatusUnauthorized, "Invalid OAuth access token"},
	CodePermission:          {http.StatusForbidden, "API Permission"},
	CodeRateLimit:           {http.StatusTooManyRequests, "Rate limit hit"},
	CodeRestrictedCountry:   {http.StatusBadRequest, "Business account is restricted from messaging users in this country"},
	CodeSomethingWrong:      {http.StatusInternalServerError, "Something went wrong"},
	CodeAccessDenied:        {http.StatusForbidden, "Access denied"},
	CodeMissingParameter:    {http.StatusBadRequest, "Required parameter is missing"},
	CodeInvalidValue:        {http.StatusBadRequest, "Parameter value is not valid"},
	CodeServiceUnavailable:  {http.StatusServiceUnavailable, "Service unavailable"},
	CodeRecipientIsSender:   {http.StatusBadRequest, "Recipient cannot be sender"},
	CodeUndeliverable:       {http.StatusBadRequest, "Message undeliverable"},
	CodePayment:             {http.StatusBadRequest, "Business eligibility payment issue"},
	CodeReengagement:        {http.StatusBadRequest, "Re-engagement message"},
	CodeSpamLimit:           {http.StatusBadRequest, "Spam rate limit hit"},
	CodeOptedOut:            {http.StatusBadRequest, "User has stopped marketing messages"},
	CodeUnsupportedType:     {http.StatusBadRequest, "Unsupported message type"},
	CodeMediaDownload:       {http.StatusBadRequest, "Media download error"},
	CodeMediaUpload:         {http.StatusBadRequest, "Media upload error"},
	CodeMethodNotAllowed:    {http.StatusBadRequest, "Method not allowed"},
	CodePairRate:            {http.StatusTooManyRequests, "(Business Account, Consumer Account) pair rate limit hit"},
	CodeUserID:              {http.StatusBadRequest, "Business-scoped user IDs are not supported for this message"},
	CodeTemplateParameters:  {http.StatusBadRequest, "Number of parameters does not match the expected number of params"},
	CodeTemplateUnavailable: {http.StatusBadRequest, "Template name does not exist in the translation"},
}

// Title returns Meta's title of the code, or a general one for a code that is not known.
func (c Code) Title() string {
	if m, ok := meanings[c]; ok {
		return m.title
	}
	return meanings[CodeSomethingWrong].title
}

// Status returns the HTTP status for a refusal with the code.
func (c Code) Status() int {
	if m, ok := meanings[c]; ok {
		return m.status
	}
	return http.StatusBadRequest
}
