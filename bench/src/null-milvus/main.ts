/**
 * A Milvus that takes every write at once: it speaks as much of the protocol as a writer needs, sees that each field has an
 * element for each row, and forgets them. Run as a process of its own, so that its work is not counted for a writer's.
 *
 *   node null-milvus/main.ts PORT HTTP_PORT
 */
import { createServer } from 'node:http';
import { Server, ServerCredentials, type sendUnaryData, type UntypedHandleCall } from '@grpc/grpc-js';
import { MutationResult } from '@millrace/contracts/milvus';
import { describeAnswer, milvusService } from '@millrace/testing';
import { fieldsOf } from '../workload.ts';
import { checkedRowCount } from './check-upsert.ts';

const [port = '0', httpPort = '0'] = process.argv.slice(2);

/** What it has taken so far; shown as JSON at its HTTP port. */
const taken = { rows: 0, requests: 0, bytes: 0 };

const success = { error_code: 'Success', code: 0, reason: '' };

/** Collections are called `bench_<dim>_…`. */
const dimOf = (collection: string): number => Number(collection.split('_')[1]);

const answer =
  (make: (request: { readonly collection_name: string }) => object): UntypedHandleCall =>
  (call: { request: { collection_name: string } }, callback: sendUnaryData<object>) =>
    callback(null, make(call.request));

const write: UntypedHandleCall = (call: { request: Buffer }, callback: sendUnaryData<MutationResult>) => {
  const rows = checkedRowCount(call.request, dimOfRequest(call.request));
  taken.rows += rows;
  taken.requests += 1;
  taken.bytes += call.request.length;
  const count = BigInt(rows);
  callback(null, MutationResult.fromPartial({ status: {}, upsertCnt: count, insertCnt: count, deleteCnt: count }));
};

/** Field 3 of the request is the collection's name, which stands before the columns: at most a few bytes in. */
function dimOfRequest(request: Buffer): number {
  return Number(/bench_(\d+)_/.exec(request.toString('latin1', 0, 200))?.[1]);
}

const server = new Server({ 'grpc.max_receive_message_length': 64 * 1024 * 1024 });
server.addService(milvusService(), {
  Connect: answer(() => ({ status: success, identifier: '1', server_info: { build_tags: 'v2.6.0' } })),
  GetVersion: answer(() => ({ status: success, version: 'v2.6.0' })),
  DescribeCollection: answer(({ collection_name: name }) =>
    describeAnswer(name, { name, fields: fieldsOf(dimOf(name)) }),
  ),
  Upsert: write,
  Insert: write,
  Delete: write,
});
server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error) => {
  if (error) throw error;
  createServer((_, response) => response.end(JSON.stringify(taken))).listen(Number(httpPort), '127.0.0.1');
});
