import { Server, ServerCredentials, type ServiceDefinition, type UntypedHandleCall } from '@grpc/grpc-js';
import { DeleteRequest, MutationResult, type Status, UpsertRequest } from '@millrace/contracts/milvus';
import { getGRPCService } from '@zilliz/milvus2-sdk-node';
import { describeAnswer, type FakeCollection } from './fake-collection.ts';
import { decodeDeleteWithSdk } from './sdk-deletes.ts';
import { startSeveringProxy } from './severing-proxy.ts';

interface FakeCall {
  /** Counts from 1 over all writes. */
  readonly number: number;
  readonly bytes: Buffer;
  /** Differs between connections. */
  readonly peer: string;
  /** Text metadata of the call. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** One Insert, Upsert or Delete as it arrived. */
export type FakeWrite = FakeCall &
  (
    | { readonly method: 'Insert' | 'Upsert'; readonly request: UpsertRequest }
    | { readonly method: 'Delete'; readonly request: DeleteRequest }
  );

export type FakeReply =
  /** The write takes effect and is acknowledged. */
  | { readonly kind: 'apply' }
  /** Refused with this status; no effect. */
  | { readonly kind: 'refuse'; readonly status: Partial<Status> }
  /** The write takes effect; the answer is this one, over the usual one. */
  | { readonly kind: 'answer'; readonly result: Partial<MutationResult> }
  /** An answer without a status, as from a server or proxy that does not know the call; no effect. */
  | { readonly kind: 'empty' }
  /** The call ends with a gRPC status; no effect. */
  | { readonly kind: 'grpc'; readonly code: number; readonly details?: string }
  /** The write takes effect, and the connection is cut before the answer. */
  | { readonly kind: 'lose' };

/** Decides over each write when it has arrived. A late answer, or a late effect, is a promise that settles late. */
export type FakeScript = (write: FakeWrite) => FakeReply | Promise<FakeReply>;

export interface FakeMilvusOptions {
  readonly collections?: readonly FakeCollection[];
  /** What GetVersion says; `v2.6.0` by default. */
  readonly version?: string;
  /** Acknowledges everything by default. */
  readonly script?: FakeScript;
  /** False: `writes` and `applied` stay empty, for a script that keeps account by itself of more than fits. */
  readonly keepsWrites?: boolean;
  readonly port?: number;
}

export interface FakeMilvus {
  /** `127.0.0.1:<port>` */
  readonly address: string;
  /** Writes in the order of their arrival. */
  readonly writes: readonly FakeWrite[];
  /** Writes in the order of their effect. */
  readonly applied: readonly FakeWrite[];
  /** DescribeCollection calls so far. */
  readonly describes: number;
  /** GetVersion calls so far. */
  readonly versionsAsked: number;
  /** TCP connections so far. */
  readonly connections: number;
  /** Creates or replaces a collection. */
  setCollection(collection: FakeCollection): void;
  dropCollection(name: string, database?: string): void;
  /** Cuts every connection. */
  sever(): void;
  stop(): Promise<void>;
}

const success = { error_code: 'Success', code: 0, reason: '' };
const loader = { keepCase: true, longs: String, enums: String, defaults: true, oneofs: true };

/**
 * A server that speaks as much of Milvus's protocol as a writer needs, records every write and answers as its script
 * says: for what a real server cannot be made to do. It does not check rows against the schema.
 */
export async function startFakeMilvus(options: FakeMilvusOptions = {}): Promise<FakeMilvus> {
  const { version = 'v2.6.0', script = () => ({ kind: 'apply' }), keepsWrites = true } = options;
  const collections = new Map<string, FakeCollection>();
  const setCollection = (collection: FakeCollection) =>
    void collections.set(keyOf(collection.database ?? '', collection.name), collection);
  options.collections?.forEach(setCollection);
  const writes: FakeWrite[] = [];
  const applied: FakeWrite[] = [];
  let writeCount = 0;
  let describes = 0;
  let versionsAsked = 0;

  const server = new Server({ 'grpc.max_receive_message_length': 64 * 1024 * 1024 });
  const handleWrite =
    (method: FakeWrite['method']): UntypedHandleCall =>
    async (call: WriteCall, callback: Callback) => {
      const metadata = Object.fromEntries(
        Object.entries(call.metadata.getMap()).map(([key, value]) => [key, String(value)]),
      );
      const recorded = { number: ++writeCount, bytes: call.request, peer: call.getPeer(), metadata };
      const write: FakeWrite =
        method === 'Delete'
          ? { ...recorded, method, request: DeleteRequest.decode(call.request) }
          : { ...recorded, method, request: UpsertRequest.decode(call.request) };
      if (keepsWrites) writes.push(write);
      const reply = await script(write);
      const isApplied = reply.kind === 'apply' || reply.kind === 'answer' || reply.kind === 'lose';
      if (isApplied && keepsWrites) applied.push(write);
      if (reply.kind === 'lose') proxy.sever(Number(call.getPeer().split(':').at(-1)));
      else if (reply.kind === 'grpc') callback({ code: reply.code, details: reply.details ?? '' });
      else callback(null, toResult(write, reply));
    };
  server.addService(milvusService(), {
    Connect: answer(() => ({ status: success, identifier: '1', server_info: { build_tags: version } })),
    GetVersion: answer(() => {
      versionsAsked += 1;
      return { status: success, version };
    }),
    DescribeCollection: answer((request: { db_name: string; collection_name: string }) => {
      describes += 1;
      return describeAnswer(request.collection_name, collections.get(keyOf(request.db_name, request.collection_name)));
    }),
    Insert: handleWrite('Insert'),
    Upsert: handleWrite('Upsert'),
    Delete: handleWrite('Delete'),
  });
  const innerPort = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
  const proxy = await startSeveringProxy(innerPort, options.port);
  return {
    address: `127.0.0.1:${proxy.port}`,
    writes,
    applied,
    get describes() {
      return describes;
    },
    get versionsAsked() {
      return versionsAsked;
    },
    get connections() {
      return proxy.connections;
    },
    setCollection,
    dropCollection: (name, database = '') => void collections.delete(keyOf(database, name)),
    sever: () => proxy.sever(),
    async stop() {
      await proxy.close();
      server.forceShutdown();
    },
  };
}

interface WriteCall {
  readonly request: Buffer;
  readonly metadata: { getMap(): Record<string, unknown> };
  getPeer(): string;
}

type Callback = (error: { code: number; details: string } | null, result?: MutationResult) => void;

const keyOf = (database: string, name: string) => `${database || 'default'}/${name}`;

function answer<Request>(make: (request: Request) => object): UntypedHandleCall {
  return (call: { request: Request }, callback: (error: null, value: object) => void) =>
    callback(null, make(call.request));
}

function toResult(write: FakeWrite, reply: Exclude<FakeReply, { kind: 'lose' | 'grpc' }>): MutationResult {
  if (reply.kind === 'empty') return MutationResult.fromPartial({});
  if (reply.kind === 'refuse') return MutationResult.fromPartial({ status: reply.status as object });
  const counts = countsOf(write);
  const changed = reply.kind === 'answer' ? (reply.result as object) : {};
  return MutationResult.fromPartial({ status: {}, ...counts, ...changed });
}

/** As Milvus counts: a delete by its keys, whether they were there or not. */
function countsOf(write: FakeWrite): Partial<MutationResult> {
  if (write.method === 'Delete') return { deleteCnt: BigInt(decodeDeleteWithSdk(write.bytes).keys.length) };
  const count = BigInt(write.request.numRows);
  return write.method === 'Upsert' ? { upsertCnt: count, insertCnt: count, deleteCnt: count } : { insertCnt: count };
}

let declared: ServiceDefinition | undefined;

/** Milvus's own service as its SDK declares it; writes stay bytes, to be decoded by our declaration. Costly to make. */
export function milvusService(): ServiceDefinition {
  declared ??= declareService();
  return declared;
}

function declareService(): ServiceDefinition {
  const { service } = getGRPCService({ serviceName: 'milvus.proto.milvus.MilvusService' }, loader) as unknown as {
    service: ServiceDefinition;
  };
  const raw = {
    requestDeserialize: (bytes: Buffer) => bytes,
    responseSerialize: (result: MutationResult) => Buffer.from(MutationResult.encode(result).finish()),
  };
  const { Insert, Upsert, Delete, ...others } = service;
  if (!Insert || !Upsert || !Delete) throw new Error('the SDK declares no Insert, Upsert or Delete');
  return { ...others, Insert: { ...Insert, ...raw }, Upsert: { ...Upsert, ...raw }, Delete: { ...Delete, ...raw } };
}
