// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// The calls of the protocol. This file knows configurations, channels and calls; the vendor is in the other files.

import { status } from '@grpc/grpc-js';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { checkConfig, readConfig, unknown } from './config.js';
import { log } from './log.js';
import { capabilities, metadata, mostRequests, schema } from './metadata.js';
import { outcomeOf } from './send.js';
import { handleWebhook } from './webhook.js';

export class Provider {
  #accounts = new Map(); // by the id of the provider configuration
  #channels = new Map(); // by the id of the channel
  #watchers = new Set(); // calls of WatchHealth
  #calls = new Set(); // calls of SendMessages that are under way
  #stopping = false;

  /** methods returns the calls by name. */
  methods() {
    const unary = (serve) => (call, done) => {
      Promise.resolve().then(() => serve(call.request)).then((response) => done(null, response), (err) => done(fault(err)));
    };
    return {
      GetMetadata: unary(() => ({ ...metadata, default_capabilities: capabilities })),
      GetSchema: unary(() => schema),
      ValidateProviderConfig: unary((r) => ({ diagnostics: checkConfig(readConfig(r.config, schema.provider), schema.provider) })),
      ValidateChannelConfig: unary((r) => ({ diagnostics: checkConfig(readConfig(r.config, schema.channel), schema.channel) })),
      ConfigureProvider: unary((r) => this.#configure(r)),
      OpenChannel: unary((r) => this.#open(r)),
      CloseChannel: unary((r) => {
        this.#channels.delete(r.channel_id);
        this.#tellHealth();
        return {};
      }),
      SendMessages: (call) => this.#send(call),
      HandleWebhooks: unary((r) => this.#webhooks(r)),
      WatchHealth: (call) => this.#watch(call),
      Stop: unary(async (r) => ({ abandoned: await this.stop(milliseconds(r.grace)) })),
    };
  }

  #configure(request) {
    const config = readConfig(request.config, schema.provider);
    const diagnostics = checkConfig(config, schema.provider).concat(unknownProblems(config));
    this.#drop(request.provider_config_id); // also if the new configuration has errors
    if (diagnostics.length === 0) {
      const options = { keepAlive: true, maxSockets: mostRequests, maxFreeSockets: mostRequests };
      const agent = config.endpoint.startsWith('https:') ? new HttpsAgent(options) : new HttpAgent(options);
      this.#accounts.set(request.provider_config_id, { id: request.provider_config_id, config, agent });
    }
    return { diagnostics };
  }

  #open(request) {
    const account = this.#accounts.get(request.provider_config_id);
    if (!account) {
      throw notReady('the provider configuration is not configured');
    }
    const config = readConfig(request.config, schema.channel);
    const diagnostics = checkConfig(config, schema.channel).concat(unknownProblems(config));
    if (diagnostics.length > 0) {
      return { diagnostics };
    }
    const sender = '+' + config.sender.replace('+', '');
    this.#channels.set(request.channel_id, { id: request.channel_id, account, sender });
    this.#tellHealth();
    return { capabilities, sender };
  }

  /** drop forgets a configuration and its channels. Calls that are under way end with what they began with. */
  #drop(id) {
    const account = this.#accounts.get(id);
    this.#accounts.delete(id);
    for (const channel of this.#channels.values()) {
      if (channel.account === account) {
        this.#channels.delete(channel.id);
      }
    }
    this.#tellHealth();
  }

  /** send answers each delivery as soon as its outcome is known. */
  async #send(call) {
    const channel = this.#channels.get(call.request.channel_id);
    if (this.#stopping || !channel) {
      call.emit('error', notReady(this.#stopping ? 'the provider is stopping' : 'the channel is not open'));
      return;
    }
    const cancel = new AbortController();
    call.on('cancelled', () => cancel.abort());
    const deliveries = (call.request.batches ?? []).flatMap((batch) =>
      (batch.deliveries ?? []).map((delivery) => ({ message: batch.message ?? {}, delivery })));
    const running = { cancel, pending: deliveries.length };
    this.#calls.add(running);
    running.ended = Promise.all(deliveries.map(async ({ message, delivery }) => {
      let outcome;
      try {
        outcome = await outcomeOf(channel, message, delivery, cancel.signal);
      } catch (err) {
        log('error', 'a delivery failed', { error: err.name });
        outcome = { unknown: { cause: 'the provider failed while it sent the message' } };
      }
      running.pending--;
      call.write({ outcomes: [{ delivery_id: delivery.delivery_id, ...outcome }] });
    }));
    await running.ended;
    this.#calls.delete(running);
    call.end();
  }

  #webhooks(request) {
    const account = this.#accounts.get(request.provider_config_id);
    if (!account) {
      throw notReady('the provider configuration is not configured');
    }
    const channels = [...this.#channels.values()].filter((c) => c.account === account);
    return { responses: (request.requests ?? []).map((r) => handleWebhook(account, channels, r)) };
  }

  #watch(call) {
    this.#watchers.add(call);
    call.on('cancelled', () => this.#watchers.delete(call));
    call.write(this.#health());
  }

  #health() {
    return { channels: [...this.#channels.keys()].map((id) => ({ channel_id: id, healthy: true })) };
  }

  #tellHealth() {
    for (const call of this.#watchers) {
      call.write(this.#health());
    }
  }

  /** stop waits for the calls under way within the grace in milliseconds, cancels the rest, and returns how many deliveries those had. */
  async stop(grace) {
    this.#stopping = true;
    const idle = Promise.all([...this.#calls].map((c) => c.ended));
    await within(grace, idle);
    let abandoned = 0;
    for (const running of this.#calls) {
      abandoned += running.pending;
      running.cancel.abort();
    }
    await within(1000, idle);
    for (const id of [...this.#accounts.keys()]) {
      this.#accounts.get(id).agent.destroy();
      this.#drop(id);
    }
    for (const call of this.#watchers) {
      call.end();
    }
    this.#watchers.clear();
    return abandoned;
  }
}

/** within waits for a promise, but not longer than a time in milliseconds. */
async function within(time, promise) {
  let timer;
  await Promise.race([promise, new Promise((resolve) => { timer = setTimeout(resolve, time); })]);
  clearTimeout(timer);
}

function milliseconds(duration) {
  return (duration?.seconds ?? 0) * 1000 + (duration?.nanos ?? 0) / 1e6;
}

/** unknownProblems returns diagnostics about values that must be known by now. */
function unknownProblems(config) {
  return Object.keys(config).filter((name) => config[name] === unknown).map((name) => ({
    severity: 'SEVERITY_ERROR', summary: 'Unknown value', detail: `The value of ${name} is not known.`, path: [{ name }],
  }));
}

/** notReady is the error that tells the host that nothing was done, so that it may try again. */
function notReady(details) {
  return Object.assign(new Error(details), { code: status.FAILED_PRECONDITION, details });
}

/** fault returns an error of this program as a status. The text of an unexpected error may hold a request, so it is not told. */
function fault(err) {
  if (err.code !== undefined && err.details !== undefined) {
    return err;
  }
  log('error', 'a call failed', { error: err.name });
  return { code: status.INTERNAL, details: 'the provider failed; see its log' };
}
