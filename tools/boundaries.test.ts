import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findViolations } from './boundaries.ts';

let root: string;

function write(file: string, content: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), content);
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'millrace-boundaries-'));
  for (const home of [
    'apps/consumer',
    'apps/inserter',
    'apps/schema-validator',
    'apps/cli',
    'libs/delivery',
    'libs/service',
    'libs/testing',
    'test/e2e',
    'test/simulation',
    'tools/start',
  ]) {
    const exports = home === 'apps/consumer' ? { exports: { './parts': './src/parts.ts' } } : {};
    write(`${home}/package.json`, JSON.stringify({ name: `@millrace/${home.split('/')[1]}`, ...exports }));
  }
});
afterEach(() => rmSync(root, { recursive: true }));

const app = 'an app is imported by nothing, and its parts by the simulation alone';
const deep = 'another package is imported by its name, or by what it exports below it';
const pure = 'this library is pure: it knows neither gRPC, Kafka, Milvus nor OpenTelemetry';
const kafka = 'among the services, only the consumer talks to Kafka';
const milvus = 'among the services, only the inserter talks to Milvus';
const testing = 'what is made for tests is imported by tests and tools';

describe('a planted violation is refused', () => {
  it.each([
    ['apps/consumer/src/a.ts', "import { x } from '@millrace/inserter';", '@millrace/inserter', [app]],
    ['libs/service/src/a.ts', "import { x } from '@millrace/consumer';", '@millrace/consumer', [app]],
    ['apps/consumer/src/a.ts', "import { x } from '../../inserter/src/x.ts';", '../../inserter/src/x.ts', [app, deep]],
    [
      'apps/consumer/src/a.test.ts',
      "import { x } from '@millrace/delivery/src/x.ts';",
      '@millrace/delivery/src/x.ts',
      [deep],
    ],
    [
      'apps/consumer/src/a.ts',
      "export * from '../../../libs/delivery/src/x.ts';",
      '../../../libs/delivery/src/x.ts',
      [deep],
    ],
    ['libs/delivery/src/a.ts', "import type { x } from '@grpc/grpc-js';", '@grpc/grpc-js', [pure]],
    ['libs/delivery/src/a.test.ts', "import '@opentelemetry/api';", '@opentelemetry/api', [pure]],
    ['libs/errors/src/a.ts', "import { FailureClass } from '@grpc/grpc-js';", '@grpc/grpc-js', [pure]],
    ['libs/connector-config/src/a.ts', "const x = await import('kafkajs');", 'kafkajs', [pure, kafka]],
    ['apps/inserter/src/a.ts', "import { createKafka } from '@millrace/kafka';", '@millrace/kafka', [kafka]],
    [
      'libs/delivery/src/a.ts',
      "let x: import('@zilliz/milvus2-sdk-node').X;",
      '@zilliz/milvus2-sdk-node',
      [pure, milvus],
    ],
    ['apps/inserter/src/a.ts', "import { Kafka } from 'kafkajs';", 'kafkajs', [kafka]],
    ['libs/service/src/a.ts', "const x = require('kafkajs-snappy');", 'kafkajs-snappy', [kafka]],
    ['apps/consumer/src/a.ts', "export { x } from '@zilliz/milvus2-sdk-node';", '@zilliz/milvus2-sdk-node', [milvus]],
    [
      'apps/schema-validator/src/a.test.ts',
      "import x = require('@zilliz/milvus2-sdk-node/dist');",
      '@zilliz/milvus2-sdk-node/dist',
      [milvus],
    ],
    [
      'apps/consumer/src/a.ts',
      "const x = await import('kaf' + name);",
      '(computed)',
      ['an import that is computed cannot be checked'],
    ],
    ['apps/cli/src/a.ts', "import { x } from '@millrace/testing';", '@millrace/testing', [testing]],
    ['test/e2e/src/a.ts', "import { x } from '@millrace/consumer/parts';", '@millrace/consumer/parts', [app]],
    ['apps/inserter/src/a.ts', "import { x } from '@millrace/consumer/parts';", '@millrace/consumer/parts', [app]],
    ['test/simulation/src/a.ts', "import { x } from '@millrace/consumer';", '@millrace/consumer', [app]],
    ['test/simulation/src/a.ts', "import { x } from '@millrace/inserter/parts';", '@millrace/inserter/parts', [deep]],
    [
      'test/simulation/src/a.ts',
      "import { x } from '../../../apps/consumer/src/parts.ts';",
      '../../../apps/consumer/src/parts.ts',
      [app, deep],
    ],
  ])('%s: %s', (file, code, specifier, reasons) => {
    write(file, `// One line above.\n${code}\n`);
    expect(findViolations(root)).toEqual(reasons.map((reason) => ({ file, line: 2, specifier, reason })));
  });
});

it('what a package exports below its name passes, and nothing else there', () => {
  const exports = { '.': './src/index.ts', './milvus': './src/milvus.ts' };
  write('libs/contracts/package.json', JSON.stringify({ name: '@millrace/contracts', exports }));
  write('apps/inserter/src/a.ts', "import '@millrace/contracts/milvus'; import '@millrace/contracts/src/milvus.ts';");
  expect(findViolations(root).map(({ specifier }) => specifier)).toEqual(['@millrace/contracts/src/milvus.ts']);
});

describe('what the house allows passes', () => {
  it.each([
    [
      'apps/consumer/src/a.ts',
      "import { Kafka } from 'kafkajs'; import { x } from '@millrace/delivery'; import './b.ts';",
    ],
    ['apps/inserter/src/lanes/a.ts', "import { x } from '@zilliz/milvus2-sdk-node'; import '../b.ts';"],
    ['apps/cli/src/a.ts', "import { x } from '@zilliz/milvus2-sdk-node'; import 'kafkajs';"],
    ['apps/consumer/src/a.test.ts', "import { x } from '@millrace/testing';"],
    ['apps/consumer/test/a.ts', "import { x } from '@millrace/testing';"],
    ['tools/start/src/a.ts', "import { x } from '@millrace/testing';"],
    [
      'test/e2e/a.test.ts',
      "import { x } from '@millrace/testing'; import 'kafkajs'; import '@zilliz/milvus2-sdk-node';",
    ],
    ['test/simulation/src/a.ts', "import { x } from '@millrace/consumer/parts';"],
    ['libs/delivery/src/a.ts', '// import "kafkajs"\nexport const text = "import x from \'@grpc/grpc-js\'";'],
  ])('%s: %s', (file, code) => {
    write(file, code);
    expect(findViolations(root)).toEqual([]);
  });
});

it('holds in this tree', () => {
  expect(findViolations(resolve(import.meta.dirname, '..'))).toEqual([]);
});
