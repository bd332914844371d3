// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// The services, from the .proto files of wahost. The build turns the files into JSON.

import { fromJSON } from '@grpc/proto-loader';
import descriptors from 'wahost:descriptors';

// Fields that are not set are left out, so that all fields that are there were set by somebody.
const services = fromJSON(descriptors, { keepCase: true, longs: Number, enums: String, arrays: false, oneofs: true });

export const providerService = services['wahost.provider.v1.ProviderService'];
export const controllerService = services['plugin.GRPCController'];
export const healthService = services['grpc.health.v1.Health'];
