import { peakResidentBytes } from '@millrace/testing';
import { DataType } from '@zilliz/milvus2-sdk-node';
import { describe, expect, it } from 'vitest';
import { type ServiceName, serviceNames } from './harness/pipeline.ts';
import { scene } from './harness/scene.ts';

const mebibyte = 1024 * 1024;
/** Of the broker's topics: more than any record here. */
const recordBytesMax = { 'max.message.bytes': String(20 * mebibyte) };
/** Of each service, with a heap of 128 MiB: buffers of records lie outside of it. */
const residentBytesMax = 350 * mebibyte;
const heap = { NODE_OPTIONS: '--max-old-space-size=128' };

const fields = [
  { name: 'id', data_type: DataType.Int64, is_primary_key: true, autoID: false },
  { name: 'vector', data_type: DataType.FloatVector, dim: 2 },
];

/** A row's JSON with so many blanks that it has that many bytes. */
function padded(id: number, bytes: number): string {
  const row = JSON.stringify({ id, vector: [id, 0.5] });
  return `${row.slice(0, -1)}${' '.repeat(Math.max(0, bytes - row.length))}}`;
}

/** By default a batch has 1 MiB, and the services take 4 MiB in one. */
const cases = [
  { name: 'default limits', sizes: [100, 3 * mebibyte, 100, 8 * mebibyte, 100], tooLarge: [3], limits: {} },
  {
    name: 'raised limits',
    sizes: [100, 8 * mebibyte, 100, 17 * mebibyte, 100],
    tooLarge: [3],
    limits: { BATCH_BYTES_MAX: String(16 * mebibyte), RECORD_BYTES_MAX: String(16 * mebibyte) },
  },
];

describe.each(cases)('records larger than a batch, with $name', ({ name, sizes, tooLarge, limits }) => {
  const the = scene();
  const topic = `large_${name.replace(/\W+/g, '_')}`;

  it('travel alone, and one that no message can hold is a dead letter that says so', { timeout: 120_000 }, async () => {
    const { kafka, reader } = the;
    await kafka.createTopic(topic, 1, recordBytesMax);
    await kafka.createTopic(`${topic}.dead-letters`, 1, recordBytesMax);
    await reader.createCollection(topic, fields);
    const values = sizes.map((bytes, id) => padded(id, bytes));
    for (const value of values) await kafka.send(topic, [{ value }]);
    const keys = { 'errors.tolerance': 'all', 'errors.deadletterqueue.context.headers.enable': 'true' };
    const pipeline = await the.start({
      connectors: { large: the.connector(topic, topic, keys) },
      environment: { ...heap, ...limits },
    });
    await kafka.untilCommitted(`connect-${topic}`, topic, 60_000);

    const stored = (await reader.all(topic, ['id', 'vector'])).map(({ id }) => Number(id)).sort();
    expect(stored).toEqual(sizes.map((_, id) => id).filter((id) => !tooLarge.includes(id)));
    const letters = await kafka.readAll(`${topic}.dead-letters`);
    expect(letters.map(({ headers }) => String(headers['__millrace.error.code']))).toEqual(['record.too_large']);
    expect(letters[0]?.value?.equals(Buffer.from(values[3] ?? ''))).toBe(true);
    const peaks = await Promise.all(
      serviceNames.map(
        async (service): Promise<[ServiceName, number]> => [
          service,
          await peakResidentBytes(pipeline.services[service].pid),
        ],
      ),
    );
    console.info(peaks.map(([service, peak]) => `${service}: ${Math.round(peak / mebibyte)} MiB at most`).join(', '));
    expect(peaks.filter(([, peak]) => peak > residentBytesMax)).toEqual([]);
  });
});
