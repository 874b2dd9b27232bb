import { resolve } from 'node:path';
import { findViolations } from './boundaries.ts';

const violations = findViolations(resolve(import.meta.dirname, '..'));
for (const { file, line, specifier, reason } of violations) {
  console.error(`${file}:${line} imports ${specifier}: ${reason}`);
}
process.exitCode = violations.length > 0 ? 1 : 0;
