import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pageCommand, refusalsPage } from './refusals-page.ts';

test('docs/milvus-refusals.md is what the table says', () => {
  const stored = readFileSync(join(import.meta.dirname, '../../../docs/milvus-refusals.md'), 'utf8');
  expect(stored, `docs/milvus-refusals.md is stale: run \`${pageCommand}\``).toBe(refusalsPage());
});
