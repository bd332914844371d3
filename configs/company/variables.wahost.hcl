# SPDX-FileCopyrightText: 2026 The wahost Authors
# SPDX-License-Identifier: Apache-2.0

variable "innopaas_app_key" {
  type        = string
  description = "Application key of the account for Asia."
  sensitive   = true
}

variable "innopaas_authorization" {
  type        = string
  description = "Authorization value of the account for Asia."
  sensitive   = true
}

variable "innopaas_eu" {
  type        = object({ app_key = string, authorization = string })
  description = "Credentials of the account for Europe."
  sensitive   = true
}

variable "innopaas_mmlite_send_path" {
  type        = string
  description = "Path of the marketing messages API, which the vendor tells to its customers."
}

variable "pushwoosh_auth" {
  type        = string
  description = "API access token of the Pushwoosh account."
  sensitive   = true
}

variable "messages_per_second" {
  type        = number
  description = "How fast each number may send, as the contract says."
  default     = 80
}

# Null leaves the vendor's own address in place.

variable "innopaas_endpoint" {
  type    = string
  default = null
}

variable "innopaas_eu_endpoint" {
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
