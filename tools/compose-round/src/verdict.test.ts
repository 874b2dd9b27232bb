import { expect, it } from 'vitest';
import { stepLine, verdict } from './verdict.ts';

const up = { step: 'up', passed: true, seconds: 12.34, told: 'all healthy' };

it('shows a step in a line, and what went wrong below it', () => {
  expect(stepLine(up)).toBe('✓ up                               12.3 s  all healthy');
  expect(stepLine({ ...up, passed: false, told: 'ended with 1\nport is taken' })).toBe(
    '✗ up                               12.3 s  ended with 1\n    port is taken',
  );
});

it('passes only when every step was done and passed', () => {
  expect(verdict([up, up], 2)).toEqual({ passed: true, seconds: 24.68, line: 'PASSED: 2 of 2 steps passed, 25 s' });
  expect(verdict([up], 2).line).toBe('FAILED: 1 of 2 steps passed, 12 s');
  expect(verdict([up, { ...up, passed: false }], 2).line).toBe('FAILED: 1 of 2 steps passed, 25 s');
  expect(verdict([], 0).passed).toBe(false);
});

it('counts what was left out neither as passed nor as failed', () => {
  const leftOut = { step: 'Grafana', passed: false, isLeftOut: true, seconds: 0, told: 'left out, as asked' };
  expect(stepLine(leftOut)).toBe('– Grafana                           0.0 s  left out, as asked');
  expect(verdict([up, leftOut], 2).line).toBe('PASSED: 1 of 2 steps passed, 1 left out, 12 s');
  expect(verdict([leftOut], 1).passed).toBe(false);
});
