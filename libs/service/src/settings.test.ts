import { expect, test } from 'vitest';
import {
  describeSettings,
  flag,
  integer,
  oneOf,
  optionalText,
  parsed,
  port,
  readSettings,
  SettingsError,
  text,
} from './settings.ts';

const table = {
  host: text('HOST', 'localhost', 'where'),
  token: optionalText('TOKEN', 'who'),
  size: integer('SIZE', 5, { min: 1, max: 9 }, 'how much'),
  port: port('PORT', 8083, 'door'),
  tls: flag('TLS', false, 'whether'),
  mode: oneOf('MODE', ['fast', 'safe'], 'safe', 'how'),
  list: parsed('LIST', 'a,b', 'which', (given) => {
    if (given.includes(' ')) throw new Error('wants no spaces');
    return given.split(',');
  }),
};

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readSettings(table, environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

test('what is unset or empty has its default', () => {
  const defaults = {
    host: 'localhost',
    token: undefined,
    size: 5,
    port: 8083,
    tls: false,
    mode: 'safe',
    list: ['a', 'b'],
  };
  expect(readSettings(table, {})).toEqual(defaults);
  expect(readSettings(table, { HOST: '', SIZE: '', TLS: '', MODE: '' })).toEqual(defaults);
});

test('what is set is read', () => {
  const given = { HOST: '::', TOKEN: 'x', SIZE: '9', PORT: '0', TLS: 'true', MODE: 'fast', LIST: 'c' };
  expect(readSettings(table, given)).toEqual({
    host: '::',
    token: 'x',
    size: 9,
    port: 0,
    tls: true,
    mode: 'fast',
    list: ['c'],
  });
});

test('every problem is told at once, each with its variable', () => {
  const given = { SIZE: '10', PORT: '65536', TLS: 'yes', MODE: 'Fast', LIST: 'a b' };
  expect(problemsOf(given)).toEqual([
    'SIZE: wants a whole number from 1 to 9, got "10"',
    'PORT: wants a whole number from 0 to 65535, got "65536"',
    'TLS: wants true or false, got "yes"',
    'MODE: wants one of fast, safe, got "Fast"',
    'LIST: wants no spaces',
  ]);
});

test.each(['0', '1.0', '1e0', ' 1', '+1', '0x1', '-1', 'NaN', '99999999999999999999'])('%j is no size', (given) => {
  expect(problemsOf({ SIZE: given })).toHaveLength(1);
});

test('the table can be printed, in columns', () => {
  const lines = describeSettings(table).split('\n');
  expect(lines).toHaveLength(7);
  expect(lines[0]).toBe('  HOST   localhost  where');
  expect(lines[2]).toBe('  SIZE   5          how much (1 to 9)');
});
