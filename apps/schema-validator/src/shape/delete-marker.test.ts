import { expect, test } from 'vitest';
import { json } from '../formats/json.ts';
import { Report } from '../report.ts';
import { Marker } from './delete-marker.ts';

function marks(path: readonly string[], texts: readonly string[], record: string): boolean {
  const document = Buffer.from(record);
  const members = json.newReader({ depthMax: 9, keysMax: 99 }).read(document, new Report(1));
  if (!members) throw new Error('no object');
  return new Marker(path, texts).marks(document, members);
}

test.each([
  [['op'], ['d', 'delete'], '{"op": "d"}', true],
  [['op'], ['d', 'delete'], '{"id": 1, "op": "delete"}', true],
  [['op'], ['d', 'delete'], '{"op": "\\u0064"}', true],
  [['op'], ['d', 'delete'], '{"op": "D"}', false],
  [['op'], ['d', 'delete'], '{"op": "u"}', false],
  [['op'], ['d', 'delete'], '{"id": 1}', false],
  [['op'], ['d'], '{"op": ["d"]}', false],
  [['op'], ['["d"]'], '{"op": ["d"]}', false],
  [['op'], ['[object Object]', 'undefined', ''], '{"op": {}}', false],
  [['op'], [''], '{"op": ""}', true],
  [['op'], [''], '{}', false],
  [['deleted'], ['true'], '{"deleted": true}', true],
  [['deleted'], ['true'], '{"deleted": "true"}', true],
  [['deleted'], ['true'], '{"deleted": false}', false],
  [['deleted'], ['1'], '{"deleted": 1}', true],
  [['deleted'], ['1'], '{"deleted": 1.0}', false],
  [['after'], ['null'], '{"after": null}', true],
  [['payload', 'op'], ['d'], '{"payload": {"ts": 1, "op": "d"}}', true],
  [['payload', 'op'], ['d'], '{"op": "d"}', false],
  [['payload', 'op'], ['d'], '{"payload": "d"}', false],
  [['tags', '0'], ['gone'], '{"tags": ["gone", "x"]}', true],
])('at %j with the texts %j: %s asks for a delete: %s', (path, texts, record, expected) => {
  expect(marks(path, texts, record)).toBe(expected);
});
