import { KafkaJSNonRetriableError, KafkaJSNumberOfRetriesExceeded, KafkaJSProtocolError } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { isPassing } from './kafka.ts';

/** As kafkajs makes them from the answer of a broker. */
const answer = (type: string, retriable: boolean) =>
  new KafkaJSProtocolError(Object.assign(new Error(type), { type, retriable }));

describe('what passes by itself', () => {
  it('is a coordinator that is only being elected, asked once or as often as kafkajs asks', () => {
    const elected = answer('NOT_COORDINATOR_FOR_GROUP', true);
    expect(isPassing(elected)).toBe(true);
    expect(isPassing(new KafkaJSNumberOfRetriesExceeded(elected, { retryCount: 2, retryTime: 900 }))).toBe(true);
  });

  it('is no refusal, and no fault of this program', () => {
    expect(isPassing(answer('GROUP_AUTHORIZATION_FAILED', false))).toBe(false);
    expect(isPassing(new KafkaJSNonRetriableError('refused'))).toBe(false);
    expect(isPassing(new TypeError('a bug'))).toBe(false);
  });
});
