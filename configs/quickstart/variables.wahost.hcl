# SPDX-FileCopyrightText: 2026 The wahost Authors
# SPDX-License-Identifier: Apache-2.0

variable "innopaas_app_key" {
  type        = string
  description = "Application key of the InnoPaaS account."
  sensitive   = true
}

variable "innopaas_authorization" {
  type        = string
  description = "Authorization value of the InnoPaaS account."
  sensitive   = true
}

variable "innopaas_mmlite_send_path" {
  type        = string
  description = "Path of the marketing messages API. The vendor tells it to its customers; it is not published."
}

variable "pushwoosh_auth" {
  type        = string
  description = "API access token of the Pushwoosh account."
  sensitive   = true
}

# Null leaves the vendor's own address in place.

variable "innopaas_endpoint" {
  type    = string
  default = null
}

variable "innopaas_mmlite_endpoint" {
  type    = string
  default = null
}

variable "pushwoosh_endpoint" {
  type    = string
  default = null
}
