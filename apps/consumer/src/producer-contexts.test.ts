import type { RecordHeaders } from '@millrace/lanes';
import { createLogger, startTelemetry } from '@millrace/service';
import { afterAll, expect, test } from 'vitest';
import { recordOf } from '../test/lane-scene.ts';
import { producerContexts } from './producer-contexts.ts';

const telemetry = startTelemetry('test', {}, createLogger('test', 'silent'));
afterAll(() => telemetry.stop());

const idOf = (i: number) => i.toString(16).padStart(32, '0');
const parentOf = (i: number, sampled = true) => `00-${idOf(i)}-${'b'.repeat(16)}-${sampled ? '01' : '00'}`;
const recordWith = (offset: number, headers: RecordHeaders) => ({ ...recordOf(offset), headers });
const traced = (offset: number, traceparent: string) =>
  recordWith(offset, [{ name: 'traceparent', value: Buffer.from(traceparent) }]);

test('records without contexts have no parent and no links', () => {
  expect(producerContexts([recordOf(1), traced(2, 'nonsense')])).toEqual({ parent: undefined, links: [], omitted: 0 });
});

test('the one context of all sampled records is the parent, as it came', () => {
  const tracestate = { name: 'tracestate', value: Buffer.from('vendor=1') };
  const records = [1, 2].map((offset) =>
    recordWith(offset, [{ name: 'traceparent', value: Buffer.from(parentOf(1)) }, tracestate]),
  );
  expect(producerContexts([...records, traced(3, parentOf(2, false))])).toEqual({
    parent: { traceparent: parentOf(1), tracestate: 'vendor=1' },
    links: [],
    omitted: 0,
  });
});

test('several contexts are linked, each once, sampled ones first, with the offset', () => {
  const records = [
    traced(5, parentOf(9, false)),
    traced(6, parentOf(1)),
    traced(7, parentOf(1)),
    traced(8, parentOf(2)),
  ];
  const { parent, links } = producerContexts(records);
  expect(parent).toBeUndefined();
  expect(links.map(({ context, attributes }) => [context.traceId, attributes?.['messaging.kafka.offset']])).toEqual([
    [idOf(1), 6],
    [idOf(2), 8],
    [idOf(9), 5],
  ]);
});

test('of a header that occurs twice the first counts', () => {
  const headers = [1, 2].map((id) => ({ name: 'traceparent', value: Buffer.from(parentOf(id)) }));
  expect(producerContexts([recordWith(1, headers)]).parent?.traceparent).toBe(parentOf(1));
});

test('links are limited, and the rest is counted', () => {
  const { links, omitted } = producerContexts(Array.from({ length: 130 }, (_, i) => traced(i, parentOf(i + 1))));
  expect([links.length, omitted]).toEqual([128, 2]);
});
