import { expect, it } from 'vitest';
import { batchHops, findChain, parseTraces, type Span, shownChain } from './traces.ts';

const span = (id: string, parentId: string | undefined, service: string, name: string): Span => ({
  id,
  parentId,
  service,
  name,
});
const process = span('1', undefined, 'consumer', 'process topic_0');
const validate = span('2', '1', 'schema-validator', 'validate topic_0');
const upsert = span('3', '2', 'inserter', 'upsert topic_0');

it("reads Jaeger's answer", () => {
  const answer = {
    data: [
      {
        spans: [
          { spanID: '1', operationName: 'process topic_0', references: [], processID: 'p1' },
          {
            spanID: '2',
            operationName: 'validate topic_0',
            references: [
              { refType: 'FOLLOWS_FROM', spanID: '9' },
              { refType: 'CHILD_OF', spanID: '1' },
            ],
            processID: 'p2',
          },
        ],
        processes: { p1: { serviceName: 'consumer' }, p2: { serviceName: 'schema-validator' } },
      },
    ],
  };
  expect(parseTraces(answer)).toEqual([[process, validate]]);
  expect(() => parseTraces({ errors: ['not found'] })).toThrow('Jaeger answered without data');
});

it('finds the hops below each other, in whatever order they came', () => {
  const chain = findChain([upsert, process, validate], batchHops);
  expect(shownChain(chain ?? [])).toBe(
    'consumer process topic_0 → schema-validator validate topic_0 → inserter upsert topic_0',
  );
});

it('lets spans lie between two hops', () => {
  const call = span('4', '2', 'schema-validator', 'write');
  expect(findChain([process, validate, call, { ...upsert, parentId: '4' }], batchHops)?.length).toBe(3);
});

it('finds no chain where a hop is missing, beside it, or the parent of the one before', () => {
  expect(findChain([process, validate], batchHops)).toBeUndefined();
  expect(findChain([process, validate, { ...upsert, parentId: '1' }], batchHops)).toBeUndefined();
  expect(
    findChain([{ ...process, parentId: '2' }, { ...validate, parentId: undefined }, upsert], batchHops),
  ).toBeUndefined();
});

it('ends where spans are below each other in a circle', () => {
  const circle = [{ ...process, parentId: '3' }, validate, { ...upsert, parentId: '3' }];
  expect(findChain(circle, batchHops)).toBeUndefined();
});
