import { describe, expect, it } from 'vitest';
import { checkPrerequisites, describeMissing, type thisMachine } from './prerequisites.mjs';

type Machine = ReturnType<typeof thisMachine>;

/** A machine whose commands print what the table says; where a value is undefined or absent, the command fails. */
const machine = (outputs: Record<string, string | undefined>, more: Partial<Machine> = {}): Machine => ({
  platform: 'linux',
  nodeVersion: '20.20.2',
  python: undefined,
  run: (command, args) => outputs[args.some((arg) => arg.includes('ensurepip')) ? `${command} venv` : command],
  ...more,
});

const complete = {
  npm: '11.0.0',
  java: '\nopenjdk version "17.0.15" 2025-04-15',
  mvn: 'Apache Maven 3.8.7',
  python3: '3.11\n',
  'python3 venv': '3.11\nvenv\n',
};

const whatIsMissing = (on: Machine, withServers = true) =>
  checkPrerequisites(withServers, on).missing.map(({ what, found }) => `${what}: ${found}`);

describe('prerequisites', () => {
  it('are complete on a machine that has them all', () => {
    expect(checkPrerequisites(true, machine(complete))).toEqual({ missing: [], python: 'python3' });
    expect(describeMissing([])).toBe('');
  });

  it('are all named at once, each with a way to install it', () => {
    const { missing } = checkPrerequisites(true, machine({}, { platform: 'darwin', nodeVersion: '18.20.1' }));
    expect(missing.map(({ what }) => what)).toEqual([
      'Linux',
      'Node.js 20 or newer',
      'npm',
      'Java 17 or newer',
      'Maven',
      'Python 3.11 or newer, with venv and lzma',
    ]);
    for (const { install } of missing) expect(install.length).toBeGreaterThan(0);
    expect(describeMissing(missing)).toContain('Millrace needs 6 more things');
    expect(describeMissing(missing)).toContain('sudo apt-get install maven');
  });

  it('leave out Java, Maven and Python where no server will be run', () => {
    expect(whatIsMissing(machine({ npm: '11' }), false)).toEqual([]);
  });

  it.each([
    ['java version "1.8.0_402"', ['Java 17 or newer: found version "1.8.0_402"']],
    ['openjdk version "11.0.22" 2024-01-16', ['Java 17 or newer: found version "11.0.22"']],
    ['openjdk version "21" 2023-09-19', []],
    ['openjdk version "25.0.1" 2025-10-21', []],
  ])('judge %s', (java, expected) => {
    expect(whatIsMissing(machine({ ...complete, java }))).toEqual(expected);
  });

  it('find a newer Python beside an old python3', () => {
    const outputs = {
      ...complete,
      python3: '3.9',
      'python3 venv': '3.9\nvenv',
      'python3.12': '3.12',
      'python3.12 venv': '3.12\nvenv',
    };
    expect(checkPrerequisites(true, machine(outputs))).toEqual({ missing: [], python: 'python3.12' });
  });

  it('tell a Python that is too old from one without venv or lzma', () => {
    expect(whatIsMissing(machine({ ...complete, python3: '3.9' }))).toEqual([
      'Python 3.11 or newer, with venv and lzma: found python3 3.9',
    ]);
    expect(whatIsMissing(machine({ ...complete, 'python3 venv': undefined }))).toEqual([
      'Python 3.11 or newer, with venv and lzma: found python3 3.11, but without its venv or lzma module',
    ]);
  });

  it('take the Python that the user names, and no other', () => {
    const outputs = { ...complete, '/opt/python': '3.13', '/opt/python venv': '3.13\nvenv' };
    expect(checkPrerequisites(true, machine(outputs, { python: '/opt/python' })).python).toBe('/opt/python');
    expect(whatIsMissing(machine(complete, { python: '/opt/none' }))).toEqual([
      'Python 3.11 or newer, with venv and lzma: not found',
    ]);
  });
});
