import { expect, it } from 'vitest';
import { isPrometheusNewEnough, MissingPrometheusError } from './prometheus-install.ts';

it.each([
  ['promtool, version 2.42.0+ds (branch: debian/sid)', true],
  ['promtool, version 3.5.0', true],
  ['promtool, version 2.33.5', false],
  ['', false],
])('knows whether "%s" will do', (version, isEnough) => {
  expect(isPrometheusNewEnough(version)).toBe(isEnough);
});

it('says what is missing and where to get it', () => {
  const { message } = new MissingPrometheusError(new Error('spawn apt-get ENOENT'));
  expect(message).toContain('Prometheus 2.42 or newer is needed: spawn apt-get ENOENT');
  expect(message).toContain('MILLRACE_PROMETHEUS=');
});
