// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package innopaasapi

// submission is the body of a send request.
type submission struct {
	WabaID      string `json:"wabaId"`
	MessageType string `json:"messageType"`
	// UID is the caller's id of the request, at most 32 characters.
	UID        string `json:"uid,omitempty"`
	SendNumber string `json:"sendNumber"`
	// RecipientNumber is one or more numbers in digits, separated by commas.
	RecipientNumber string `json:"recipientNumber"`

	Body         string        `json:"body,omitempty"`
	Language     string        `json:"language,omitempty"`
	TemplateName string        `json:"templateName,omitempty"`
	Header       *header       `json:"header,omitempty"`
	BodyParams   []string      `json:"bodyParams,omitempty"`
	ButtonParams []buttonParam `json:"buttonParams,omitempty"`
	Media        *media        `json:"media,omitempty"`
	Location     *location     `json:"location,omitempty"`
	Contacts     []contact     `json:"contacts,omitempty"`
	Interactive  *interactive  `json:"interactive,omitempty"`
}

// header is the header of a template or of a flat interactive message.
type header struct {
	Type       string `json:"type"`
	Link       string `json:"link,omitempty"`
	Caption    string `json:"caption,omitempty"`
	ParamValue string `json:"paramValue,omitempty"`
}

// buttonParam is the parameter of a button. It has no index: the n-th belongs to the n-th button with a parameter.
type buttonParam struct {
	Type  string `json:"type"`
	Value string `json:"value"`
}

type media struct {
	Link     string `json:"link"`
	Caption  string `json:"caption,omitempty"`
	Filename string `json:"filename,omitempty"`
}

type location struct {
	Latitude  string `json:"latitude"`
	Longitude string `json:"longitude"`
	Name      string `json:"name,omitempty"`
	Address   string `json:"address,omitempty"`
}

// contact is a contact card. In the v3 table, name and org are lists. In the older documents and their examples each is an
// object, which this type follows.
type contact struct {
	Name      *contactName     `json:"name,omitempty"`
	Phones    []contactPhone   `json:"phones,omitempty"`
	Org       *contactOrg      `json:"org,omitempty"`
	Addresses []contactAddress `json:"addresses,omitempty"`
	Birthday  string           `json:"birthday,omitempty"`
	Emails    []contactEmail   `json:"emails,omitempty"`
	URLs      []contactURL     `json:"urls,omitempty"`
}

type contactName struct {
	FormattedName string `json:"formattedName,omitempty"`
	FirstName     string `json:"firstName,omitempty"`
	LastName      string `json:"lastName,omitempty"`
	MiddleName    string `json:"middleName,omitempty"`
	Suffix        string `json:"suffix,omitempty"`
	Prefix        string `json:"prefix,omitempty"`
}

type contactPhone struct {
	Type  string `json:"type,omitempty"`
	Phone string `json:"phone,omitempty"`
	WaID  string `json:"waID,omitempty"`
}

type contactOrg struct {
	Company    string `json:"company,omitempty"`
	Department string `json:"department,omitempty"`
	Title      string `json:"title,omitempty"`
}

type contactAddress struct {
	Type        string `json:"type,omitempty"`
	Street      string `json:"street,omitempty"`
	City        string `json:"city,omitempty"`
	State       string `json:"state,omitempty"`
	Zip         string `json:"zip,omitempty"`
	Country     string `json:"country,omitempty"`
	CountryCode string `json:"countryCode,omitempty"`
}

type contactEmail struct {
	Type  string `json:"type,omitempty"`
	Email string `json:"email,omitempty"`
}

type contactURL struct {
	Type string `json:"type,omitempty"`
	URL  string `json:"url,omitempty"`
}

type interactive struct {
	Type string `json:"type"`
	// Header is a *header in a flat message and a *nestedHeader in a nested one.
	Header any    `json:"header,omitempty"`
	Body   *text  `json:"body,omitempty"`
	Footer *text  `json:"footer,omitempty"`
	Action action `json:"action"`
}

type text struct {
	Text string `json:"text"`
}

// nestedHeader is the header of the older documents.
type nestedHeader struct {
	Type     string `json:"type"`
	Text     string `json:"text,omitempty"`
	Image    *media `json:"image,omitempty"`
	Video    *media `json:"video,omitempty"`
	Document *media `json:"document,omitempty"`
}

type action struct {
	CatalogID         string `json:"catalogId,omitempty"`
	ProductRetailerID string `json:"productRetailerId,omitempty"`
	// Buttons are flatButton or nestedButton.
	Buttons  []any     `json:"buttons,omitempty"`
	Button   string    `json:"button,omitempty"`
	Sections []section `json:"sections,omitempty"`
}

// flatButton is a button as in the v3 table.
type flatButton struct {
	Type  string `json:"type"`
	Title string `json:"title"`
	ID    string `json:"id"`
}

// nestedButton is a button as in the older examples.
type nestedButton struct {
	Type  string `json:"type"`
	Reply reply  `json:"reply"`
}

type reply struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

type section struct {
	Title        string    `json:"title,omitempty"`
	Rows         []row     `json:"rows,omitempty"`
	ProductItems []product `json:"productItems,omitempty"`
}

type row struct {
	Title       string `json:"title"`
	ID          string `json:"id"`
	Description string `json:"description,omitempty"`
}

type product struct {
	ProductRetailerID string `json:"productRetailerId"`
}
