import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FieldType } from '@millrace/contracts';
import { canRunMilvus, projectRoot } from '@millrace/testing';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { kindGroups } from './types/kind-groups.ts';
import { type Kind, type ServerName, serverNames } from './types/kinds.ts';
import { lanesOf, type Outcomes, runTrials } from './types/run-trials.ts';
import type { Trial } from './types/trials.ts';
import { renderTypesPage, rewriteCommand } from './types/types-page.ts';

const page = join(projectRoot, 'docs/types.md');
const kinds = kindGroups.flatMap((group) => group.kinds);
const servers = serverNames.filter((name) => name !== 'Milvus 2.3.5' || canRunMilvus);
const lanes = lanesOf(servers, kinds);

/** What came of a record: the row that was read back, or what its dead letters say. */
function outcomeOf({ rows, letters }: Outcomes, number: number): object {
  return { row: rows.get(number), letters: letters.get(number) ?? [] };
}

const wantedOf = (trial: Trial): object =>
  'letter' in trial ? { row: undefined, letters: [trial.letter] } : { row: trial.row, letters: [] };

let outcomes: Awaited<ReturnType<typeof runTrials>>;
const proofs = new Map<Kind, Set<ServerName>>(kinds.map((kind) => [kind, new Set()]));

beforeAll(async () => {
  outcomes = await runTrials(inject('bootstrap'), lanes);
}, 300_000);

describe.each(servers)('%s', (server) => {
  const own = lanes.filter((lane) => lane.server === server);
  const trialsOf = (kind: Kind) =>
    own.flatMap((lane) =>
      [...lane.trials.records.entries()]
        .filter(([, trial]) => trial.kind === kind)
        .map(([number, trial]) => ({ lane, number, trial })),
    );

  it.each(kinds.filter(({ on }) => on.includes(server)))('$title', (kind) => {
    const trials = trialsOf(kind);
    const found = trials.map(({ lane, number, trial: { record } }) => [
      record,
      outcomeOf(present(outcomes.get(lane)), number),
    ]);
    const wanted = trials.map(({ trial }) => [trial.record, wantedOf(trial)]);
    expect(found.length).toBeGreaterThan(0);
    expect(found).toEqual(wanted);
    proofs.get(kind)?.add(server);
  });
});

it('tries every type that records can fill', () => {
  // Arrays of vectors are members of structs only.
  const others: readonly FieldType[] = [FieldType.UNSPECIFIED, FieldType.ARRAY_OF_VECTOR];
  const types = Object.entries(FieldType).filter(([, code]) => !others.includes(code));
  const tried = new Set(kinds.map(({ field }) => Number(field.type)));
  expect(types.filter(([, code]) => !tried.has(Number(code))).map(([name]) => name)).toEqual([]);
});

it.runIf(canRunMilvus)(`docs/types.md says what was proved (${rewriteCommand} writes it)`, () => {
  expect(kinds.filter(({ on }) => on.length > 0).map(({ title }) => title)).toEqual(
    kinds.filter((kind) => proofs.get(kind)?.size === kind.on.length).map(({ title }) => title),
  );
  const text = renderTypesPage(kindGroups, proofs);
  if (process.env.MILLRACE_WRITE_TYPES === '1') writeFileSync(page, text);
  expect(readFileSync(page, 'utf8')).toBe(text);
});

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('the trials were not run');
  return value;
}
