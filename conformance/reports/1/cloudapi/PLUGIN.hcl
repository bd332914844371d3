# SPDX-FileCopyrightText: 2026 The wahost Authors
# SPDX-License-Identifier: Apache-2.0

organisation = "The wahost Authors"
contact      = "https://github.com/wahost/wahost/issues"
url          = "https://github.com/wahost/wahost"
licence      = "Apache-2.0"
support      = "Best effort, in the project's issues, for the latest release."
