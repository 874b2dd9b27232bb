import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installKafka } from '@millrace/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Broker, until } from '../test/broker.ts';
import { clientConfig } from '../test/connector-config.ts';
import { rejectionOf } from '../test/fake-validator.ts';
import { SourceProbe } from '../test/source-probe.ts';
import { DeadLetters } from './dead-letters.ts';

let broker: Broker;
let java: (...args: string[]) => Promise<string[]>;
beforeAll(async () => {
  broker = await Broker.start();
  const classPath = join(await installKafka(), '*');
  const source = join(import.meta.dirname, '../test/ForeignHeaders.java');
  java = async (what, ...topics) => {
    const args = ['-cp', classPath, source, what, broker.server.bootstrap, ...topics];
    const { stdout } = await promisify(execFile)('java', args, { maxBuffer: 10_000_000 });
    return stdout.trimEnd().split('\n');
  };
});
afterAll(() => broker?.remove());

test('what the Java client wrote, it reads in the dead letter byte for byte, with nothing but ours behind it', {
  timeout: 120_000,
}, async () => {
  const [topic, letterTopic] = [await broker.createTopic('source'), 'letters'];
  await java('write', topic);
  const probe = new SourceProbe(broker.server.bootstrap, clientConfig(`group-${randomUUID()}`), [topic]);
  await probe.source.start();
  await until(() => probe.values.length >= 4 || probe.crashes.length > 0);
  expect(probe.crashes).toEqual([]);
  await probe.source.stop();
  const target = { topic: letterTopic, replicationFactor: 1, connector: 'c', connectHeaders: false, maskValues: false };
  const letters = new DeadLetters(broker.kafka, target);
  const records = probe.fetched.flatMap((fetched) => fetched.records);
  await letters.send(
    records.map((record) => ({
      at: { topic, partition: 0, collection: 'd' },
      record,
      rejection: rejectionOf(Number(record.offset)),
      attempts: 1,
      traceId: '',
    })),
  );
  await letters.close();

  const lines = await java('read', topic, letterTopic);
  const originals = lines.filter((line) => line.startsWith(`${topic} `));
  const dead = lines.filter((line) => line.startsWith(`${letterTopic} `));
  expect([originals.length, dead.length]).toEqual([4, 4]);
  expect(originals[1]?.split(' ').slice(4, 9)).toEqual([
    `62=${Buffer.from(Array.from({ length: 256 }, (_, i) => i)).toString('hex')}`,
    `32=${Buffer.from('two').toString('hex')}`,
    `61=${Buffer.from('first').toString('hex')}`,
    '62=null',
    '31=',
  ]);
  expect(originals[2]?.split(' ')).toHaveLength(1_004);
  originals.forEach((original, i) => {
    const [, ...own] = original.split(' ');
    const [, ...all] = dead[i]?.split(' ') ?? [];
    expect(all.slice(0, own.length)).toEqual(own);
    const added = all.slice(own.length).map((header) => Buffer.from(header.split('=')[0] ?? '', 'hex').toString());
    expect(added.length).toBeGreaterThan(10);
    expect(added.filter((name) => !name.startsWith('__millrace.'))).toEqual([]);
  });
});
