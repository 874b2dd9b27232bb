import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FieldType } from '@millrace/contracts';
import { canRunMilvus, projectRoot } from '@millrace/testing';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { type ServerName, serverNames } from './harness/collection-server.ts';
import { type Filled, fillCollections } from './harness/fill-collections.ts';
import { kindGroups } from './types/kind-groups.ts';
import type { Kind } from './types/kinds.ts';
import { outcomeOf, type Trials, trialsOn, wantedOf } from './types/trials.ts';
import { renderTypesPage, rewriteCommand } from './types/types-page.ts';

const page = join(projectRoot, 'docs/types.md');
const kinds = kindGroups.flatMap((group) => group.kinds);
const servers = serverNames.filter((name) => name !== 'Milvus 2.3.5' || canRunMilvus);
const fillings = servers.flatMap((server) => trialsOn(server, kinds));

let filled: ReadonlyMap<Trials, Filled>;
const proofs = new Map<Kind, Set<ServerName>>(kinds.map((kind) => [kind, new Set()]));

beforeAll(async () => {
  filled = await fillCollections(fillings, { bootstrap: inject('bootstrap'), timeoutMs: 90_000 });
}, 300_000);

describe.each(servers)('%s', (server) => {
  it.each(kinds.filter(({ on }) => on.includes(server)))('$title', (kind) => {
    const outcomes = fillings
      .filter((trials) => trials.server === server)
      .flatMap((trials) =>
        [...trials.records.entries()]
          .filter(([, trial]) => trial.kind === kind)
          .map(([number, trial]) => ({ trial, found: outcomeOf(filledOf(trials), number) })),
      );
    expect(outcomes.length).toBeGreaterThan(0);
    expect(outcomes.map(({ trial: { record }, found }) => [record, found])).toEqual(
      outcomes.map(({ trial }) => [trial.record, wantedOf(trial)]),
    );
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

function filledOf(trials: Trials): Filled {
  const found = filled.get(trials);
  if (found === undefined) throw new Error(`${trials.topic} was not filled`);
  return found;
}
