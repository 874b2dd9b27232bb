/**
 * The most that can be had of a Milvus: requests that are ready before it begins, sent one behind the other by a few writers
 * that do nothing else. Says as JSON how many rows and milliseconds it took.
 *
 *   node bare-loop/main.ts MILVUS COLLECTION WORKLOAD ROWS_EACH WRITERS
 */
import { Client, credentials } from '@grpc/grpc-js';
import { MutationResult } from '@millrace/contracts/milvus';
import { encodeRows } from '../encode-rows.ts';
import type { Workload } from '../workload.ts';

const [milvus = '', collection = '', workloadText = '', rowsEach = '', writers = ''] = process.argv.slice(2);
const workload: Workload = JSON.parse(workloadText);
const requests = encodeRows(workload, collection, Number(rowsEach));

const client = new Client(milvus, credentials.createInsecure(), { 'grpc.max_send_message_length': 64 * 1024 * 1024 });

function upsert(request: Buffer): Promise<MutationResult> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      '/milvus.proto.milvus.MilvusService/Upsert',
      (bytes: Buffer) => bytes,
      (bytes: Buffer) => MutationResult.decode(bytes),
      request,
      (error, result) => (result && !error ? resolve(result) : reject(error)),
    );
  });
}

let next = 0;
async function write(): Promise<void> {
  for (let request = requests[next++]; request; request = requests[next++]) {
    const { status } = await upsert(request);
    if (status?.code !== 0 || status.errorCode !== 0) throw new Error(status?.reason ?? 'no status');
  }
}

const beganMs = performance.now();
await Promise.all(Array.from({ length: Number(writers) }, write));
process.stdout.write(JSON.stringify({ rows: workload.count, ms: performance.now() - beganMs }));
client.close();
