import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { KafkaClient, ScaledServices, until } from '@millrace/e2e/harness';
import { startKafka, temporaryFolder } from '@millrace/testing';
import { DataType } from '@zilliz/milvus2-sdk-node';
import { startPacedMilvus } from './paced-milvus.ts';

/**
 * What more inserters bring where Milvus's time for a write is the limit: one topic with one partition, default settings,
 * vectors of 8 numbers.
 *
 *   npm run bench:scaling -- [--inserters 1,2,4] [--seconds 10] [--json FILE]
 */
const { values } = parseArgs({
  options: {
    inserters: { type: 'string', default: '1,2,4' },
    seconds: { type: 'string', default: '10' },
    json: { type: 'string' },
  },
});

const pace = { rows: 250, ms: 50 };
const topic = 'scaling';
const dim = 8;
const fields = [
  { name: 'id', type: DataType.Int64, isPrimaryKey: true },
  { name: 'title', type: DataType.VarChar, params: { max_length: 500 } },
  { name: 'title_vector', type: DataType.FloatVector, params: { dim } },
  { name: 'link', type: DataType.VarChar, params: { max_length: 500 } },
];

const counts = values.inserters.split(',').map(Number);
const measuredMs = Number(values.seconds) * 1_000;
/** After a change of the number; long enough for streams to have moved and the windows to be full. */
const settleMs = 6_000;
const perSecond = (pace.rows / pace.ms) * 1_000;

const folder = await temporaryFolder('bench');
const kafkaServer = await startKafka();
const milvus = await startPacedMilvus(pace, { collections: [{ name: topic, fields }] });
const kafka = new KafkaClient(kafkaServer.bootstrap);
let services: ScaledServices | undefined;
try {
  await kafka.createTopic(topic, 1);
  const most = counts.reduce((sum, count) => sum + count * perSecond * ((measuredMs + settleMs) / 1_000), 0);
  await fill(Math.ceil(most * 1.3));
  services = await ScaledServices.start({
    folder: folder.path,
    bootstrap: kafkaServer.bootstrap,
    milvus: `http://${milvus.address}`,
    connectors: { scaling: { name: topic, topics: topic, 'collection.name': topic } },
  });
  const results = [];
  for (const inserters of counts) {
    await services.scale('inserter', inserters);
    await delay(settleMs);
    const [rows, begin] = [milvus.rows, performance.now()];
    await delay(measuredMs);
    const rate = ((milvus.rows - rows) * 1_000) / (performance.now() - begin);
    results.push({ inserters, rowsPerSecond: Math.round(rate), ofThePace: rate / (inserters * perSecond) });
    console.log(
      `${inserters} inserters: ${Math.round(rate)} rows/s, ${Math.round((rate / perSecond) * 100) / 100} x one connection's pace`,
    );
  }
  const report = { pace, dim, partitions: 1, node: process.version, cores: availableParallelism(), results };
  if (values.json) await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
} finally {
  await services?.stop();
  await milvus.stop();
  await kafkaServer.remove();
  await folder.remove();
}
// Of its own accord Node 24 sometimes spins for ever here, while it takes down what the servers in this process have left.
process.exit();

async function fill(count: number): Promise<void> {
  console.log(`sending ${count} records …`);
  const portion = 20_000;
  for (let from = 0; from < count; from += portion) {
    await kafka.send(
      topic,
      Array.from({ length: Math.min(portion, count - from) }, (_, index) => ({ value: record(from + index) })),
    );
  }
  await until('they are there', async () => ((await kafka.endOffsets(topic)).get(0) ?? 0n) >= BigInt(count), {
    timeoutMs: 10_000,
  });
}

function record(id: number): string {
  const vector = Array.from({ length: dim }, (_, index) => Number(Math.sin(id * dim + index).toPrecision(9)));
  return JSON.stringify({ id, title: `title of ${id}`, title_vector: vector, link: `https://example.com/${id}` });
}
