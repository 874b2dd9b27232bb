import { violations } from '@millrace/errors';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import type { StoredRow } from './harness/collection-server.ts';
import { describeLetters, expectedLetter, type Letter } from './harness/dead-letters.ts';
import { type Filled, fillCollections } from './harness/fill-collections.ts';
import { type BadInputFilling, fillingOf, typeFillings } from './reference/bad-input-fillings.ts';
import { badInputGroups, inserterLimits, validatorLimits } from './reference/bad-inputs.ts';

const fillings: readonly BadInputFilling[] = [...badInputGroups.map(fillingOf), ...typeFillings()];
const all = fillings.flatMap(({ broken }) => broken);

let filled: ReadonlyMap<BadInputFilling, Filled>;
beforeAll(async () => {
  filled = await fillCollections(fillings, {
    bootstrap: inject('bootstrap'),
    timeoutMs: 90_000,
    environmentOf: { 'schema-validator': validatorLimits, inserter: inserterLimits },
  });
}, 300_000);

it(`are ${all.length}, each with a name of its own and a code of the catalogue`, () => {
  expect(all.length).toBeGreaterThanOrEqual(540);
  const names = fillings.flatMap(({ topic, broken }) => broken.map(({ kind }) => `${topic}: ${kind.name}`));
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  expect(all.filter(({ kind }) => !(kind.code in violations))).toEqual([]);
});

it('meet every code that a record can have, but for those that this Kafka and these servers cannot bring about', () => {
  const met = new Set<string>(all.map(({ kind }) => kind.code));
  expect(Object.keys(violations).filter((code) => !met.has(code))).toEqual([
    // The broker takes no record of the year 10000.
    'V067',
    'milvus.row_refused',
    'milvus.too_large',
  ]);
});

describe.each(fillings)('$topic', (filling) => {
  const { topic, broken, rows } = filling;

  it(`${broken.length} bad inputs are dead letters, each once, with its code, its path and all that it was`, () => {
    const { connector, letters } = filledOf(filling);
    const named = (some: readonly Letter[]) => some.map((letter, index) => [broken[index]?.kind.name, letter]);
    expect(named(describeLetters(letters, broken))).toEqual(
      named(broken.map((record) => expectedLetter(record, topic, connector))),
    );
  });

  it(`${rows.length} good rows between them arrive, and nothing else`, () => {
    const inOrder = (some: readonly StoredRow[]) =>
      some.toSorted((a, b) => Number(a[filling.numberField]) - Number(b[filling.numberField]));
    expect(inOrder(filledOf(filling).rows)).toEqual(inOrder(rows));
  });
});

function filledOf(filling: BadInputFilling): Filled {
  const found = filled.get(filling);
  if (found === undefined) throw new Error(`${filling.topic} was not filled`);
  return found;
}
