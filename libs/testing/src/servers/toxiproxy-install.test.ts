import { expect, it } from 'vitest';
import { isNewEnough, MissingGoError } from './toxiproxy-install.ts';

it.each([
  ['go1.23\n', true],
  ['go1.26.8', true],
  ['go2.0', true],
  ['go1.22.12', false],
  ['go1.3', false],
  ['devel', false],
  ['', false],
])('knows whether %s can build it', (version, isEnough) => {
  expect(isNewEnough(version)).toBe(isEnough);
});

it('says what is missing, what was found and where to get it', () => {
  const { message } = new MissingGoError('found go1.19');
  expect(message).toContain('Go 1.23 or newer (found go1.19)');
  expect(message).toContain('apt-get install golang-go');
});
