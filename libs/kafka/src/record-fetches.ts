// A program that imports this file has not read the declarations beside it.
/// <reference path="./untyped-modules.d.ts" />
import { AsyncLocalStorage } from 'node:async_hooks';
import fetchRequests from 'kafkajs/src/protocol/requests/fetch/index.js';
import { decodeFetchResponse, responseVersion } from './fetch-response.ts';
import { installWholeResponses } from './whole-responses.ts';

/** Set while a fetch is under way whose record sets are to be left as they are. */
const leavesRecords = new AsyncLocalStorage<true>();

let installed = false;

/**
 * Lets fetches of kafkajs 2.2.4 leave the records to us where they are made within `leavingRecords`: kafkajs makes a
 * dozen objects of each record, with offset and time as texts. All others go on as before, and so do fetches from brokers
 * before Kafka 2.3. The version is pinned; `kafka-source.test.ts` of the consumer fails when a new one asks for its
 * requests in another way.
 */
export function installRecordFetches(): void {
  if (installed) return;
  installed = true;
  installWholeResponses();
  const { protocol } = fetchRequests;
  fetchRequests.protocol = (of) => (request) => {
    const call = protocol(of)(request);
    if (!leavesRecords.getStore() || of.version !== responseVersion) return call;
    return { ...call, response: { ...call.response, decode: decodeFetchResponse } };
  };
}

/** Runs a fetch whose batches are to be read by `FetchedBatch.read`. */
export function leavingRecords<Answer>(fetch: () => Promise<Answer>): Promise<Answer> {
  return leavesRecords.run(true, fetch);
}
