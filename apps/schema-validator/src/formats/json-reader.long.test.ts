import { test } from 'vitest';
import { checkAcceptance, checkDuplicates, checkKeyCount } from '../testing/reader-properties.ts';

const hourMs = 3_600_000;

test('property: a million documents are accepted exactly where JSON.parse accepts their bytes', {
  timeout: hourMs,
}, () => {
  checkAcceptance(1_000_000);
});

test('property: duplicate keys of 200,000 documents are told with their paths', { timeout: hourMs }, () => {
  checkDuplicates(200_000);
});

test('property: the keys of 200,000 documents are counted', { timeout: hourMs }, () => {
  checkKeyCount(200_000);
});
