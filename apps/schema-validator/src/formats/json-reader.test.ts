import { test } from 'vitest';
import { checkAcceptance, checkDuplicates, checkKeyCount } from '../testing/reader-properties.ts';

test('property: a document, damaged or not, is accepted exactly where JSON.parse accepts its bytes', () => {
  checkAcceptance(4_000);
});

test('property: duplicate keys are told with their paths', () => {
  checkDuplicates(500);
});

test('property: all keys of a document are counted, each occurrence', () => {
  checkKeyCount(300);
});
