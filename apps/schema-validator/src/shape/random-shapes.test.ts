import { test } from 'vitest';
import { checkShaping } from '../testing/shaping-properties.ts';

test('property: any record is shaped by any options as a plain implementation does it', async () => {
  await checkShaping(4_000);
});
