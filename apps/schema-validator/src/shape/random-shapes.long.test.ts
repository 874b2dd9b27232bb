import { test } from 'vitest';
import { checkShaping } from '../testing/shaping-properties.ts';

const hourMs = 3_600_000;
/** In the name of the test, so that the report says it; MILLRACE_SEED repeats a run. */
const seed = Number(process.env.MILLRACE_SEED ?? Date.now() % 2 ** 31);

test(`property: a million records are shaped by any options as a plain implementation does it (seed ${seed})`, {
  timeout: hourMs,
}, async () => {
  await checkShaping(400_000, seed);
});
