/**
 * What a team writes by itself to move records from Kafka into Milvus: one process, kafkajs, JSON.parse, the SDK's upsert of
 * 1,000 rows, offsets committed behind them. It is the yardstick of the benchmarks, and stays as it is.
 *
 *   node script/main.ts BOOTSTRAP MILVUS TOPIC GROUP
 */
import { MilvusClient, type RowData } from '@zilliz/milvus2-sdk-node';
import { Kafka, logLevel } from 'kafkajs';

const [bootstrap = '', milvus = '', topic = '', groupId = ''] = process.argv.slice(2);
const rowsMax = 1_000;

const client = new MilvusClient({ address: milvus, ssl: false });
await client.connectPromise;

const kafka = new Kafka({ brokers: [bootstrap], logLevel: logLevel.ERROR });
const consumer = kafka.consumer({ groupId, maxBytesPerPartition: 12 * 1024 * 1024, maxBytes: 48 * 1024 * 1024 });
await consumer.connect();
await consumer.subscribe({ topic, fromBeginning: true });

/** Rows read and not written yet, by partition. */
const waiting = new Map<number, RowData[]>();

await consumer.run({
  autoCommit: false,
  eachBatchAutoResolve: false,
  eachBatch: async ({ batch, resolveOffset, heartbeat }) => {
    let rows = waiting.get(batch.partition) ?? [];
    for (const { value, offset } of batch.messages) {
      if (value) rows.push(JSON.parse(value.toString()));
      const isLast = offset === batch.lastOffset() && BigInt(offset) + 1n === BigInt(batch.highWatermark);
      if (rows.length < rowsMax && !isLast) continue;
      const { status } = await client.upsert({ collection_name: topic, data: rows });
      if (status.code !== 0) throw new Error(status.reason);
      rows = [];
      await consumer.commitOffsets([{ topic, partition: batch.partition, offset: String(BigInt(offset) + 1n) }]);
      await heartbeat();
    }
    waiting.set(batch.partition, rows);
    resolveOffset(batch.lastOffset());
  },
});
