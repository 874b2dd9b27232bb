import { Readable } from 'node:stream';
import { type KafkaServer, type MilvusServer, startKafka, startMilvusLite } from '@millrace/testing';
import type { MilvusClient, RowData } from '@zilliz/milvus2-sdk-node';
import type { Consumer } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureTopic, kafkaClient } from '../kafka.ts';
import { withMilvus } from '../milvus.ts';
import { readLast } from '../read-topic.ts';
import { recordedOutput } from '../recorded-output.ts';
import type { Settings } from '../settings.ts';
import { groupOf } from '../settled.ts';
import { search } from './search.ts';
import { send, sendLines } from './send.ts';
import { tutorial } from './tutorial.ts';
import { words } from './words.ts';

let kafka: KafkaServer;
let milvus: MilvusServer;
let settings: Settings;
beforeAll(async () => {
  [kafka, milvus] = await Promise.all([startKafka(), startMilvusLite()]);
  settings = { kafka: kafka.bootstrap, milvus: `http://${milvus.address}`, statusUrl: 'http://127.0.0.1:1' };
});
afterAll(async () => {
  await Promise.all([kafka?.remove(), milvus?.remove()]);
});

/** Stands in for a connector: what `change` makes of each batch is upserted, then the batch is committed. */
async function withConnector(
  name: string,
  topic: string,
  change: (rows: RowData[]) => RowData[],
  work: () => Promise<void>,
): Promise<void> {
  const consumer: Consumer = kafkaClient(settings).consumer({ groupId: groupOf(name), maxWaitTimeInMs: 50 });
  const write = (client: MilvusClient, rows: RowData[]) =>
    rows.length > 0 ? client.upsert({ collection_name: topic, data: rows }) : undefined;
  await withMilvus(settings, async (client) => {
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachBatch: async ({ batch }) => {
        await write(client, change(batch.messages.map(({ value }) => JSON.parse(String(value)))));
      },
    });
    try {
      await work();
    } finally {
      await consumer.disconnect();
    }
  });
}

describe('the tutorial', () => {
  const name = 'zilliz-kafka-connect-milvus';

  it('shows the entity that it read back', { timeout: 60_000 }, async () => {
    const output = recordedOutput();
    await ensureTopic(settings, 'topic_0');
    await withConnector(
      name,
      'topic_0',
      (rows) => rows,
      () => tutorial(settings, name, output),
    );
    expect(output.lines[1]).toBe('✓ collection topic_0 created');
    expect(output.lines[2]).toBe('✓ record sent to topic_0, partition 0, offset 0');
    expect(output.lines).toContain('    id            0');
    expect(output.lines).toContain(
      '    title_vector  [0.041732933, 0.013779674, -0.027564144, -0.013061441, 0.009748648, 0.00082446384, -0.00071647146, 0.048612226]',
    );
  });

  it('fails when the entity is not what was sent', { timeout: 60_000 }, async () => {
    const other = (rows: RowData[]) => rows.map((row) => ({ ...row, title_vector: [1, 2, 3, 4, 5, 6, 7, 8] }));
    await withConnector(name, 'topic_0', other, async () => {
      await expect(tutorial(settings, name, recordedOutput())).rejects.toThrow(/read back is not what was sent/);
    });
  });

  it('fails when the record was committed but is not there', { timeout: 60_000 }, async () => {
    await withMilvus(settings, (client) => client.delete({ collection_name: 'topic_0', filter: 'id == 0' }));
    await withConnector(
      name,
      'topic_0',
      () => [],
      async () => {
        await expect(tutorial(settings, name, recordedOutput())).rejects.toThrow(/dead-letters/);
      },
    );
  });
});

describe('the words', () => {
  it('arrive and have good neighbours', { timeout: 90_000 }, async () => {
    const output = recordedOutput();
    await ensureTopic(settings, 'words', 4);
    await withConnector(
      'words',
      'words',
      (rows) => rows,
      () => words(settings, 'words', output),
    );
    const text = output.lines.join('\n');
    expect(text).toMatch(/coffee +→ +.*tea/);
    expect(text).toMatch(/guitar +→ +.*piano/);
    await search(settings, 'words', 'summer', 2, output);
    expect(output.lines.at(-1)).toMatch(/^summer {2}→ {2}winter 0\.\d\d {2}spring 0\.\d\d$/);
  });

  it('are only found when they are there', async () => {
    await expect(search(settings, 'words', 'qqq', 2, recordedOutput())).rejects.toThrow(
      /nothing in words has word "qqq"/,
    );
  });
});

describe('sending', () => {
  it('takes a value as it is, and each line of the input', async () => {
    await ensureTopic(settings, 'sent', 2);
    const output = recordedOutput();
    await send(settings, 'sent', 'not json', 'a key', output);
    await sendLines(settings, 'sent', Readable.from('one\n\ntwo\n'), output);
    expect(output.lines.at(-1)).toBe('sent 2 records to sent');
    const values = (await readLast(settings, 'sent', 10)).map(({ message }) => String(message.value));
    expect(values.toSorted()).toEqual(['not json', 'one', 'two']);
    expect((await readLast(settings, 'sent', 1)).length).toBeLessThanOrEqual(2);
  });

  it('names a topic that does not exist, and creates none', async () => {
    await expect(send(settings, 'nowhere', '{}', undefined, recordedOutput())).rejects.toThrow(
      'Kafka has no topic nowhere',
    );
    await expect(readLast(settings, 'nowhere', 1)).rejects.toThrow('Kafka has no topic nowhere');
  });
});
