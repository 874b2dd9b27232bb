import { ChannelCredentials, type ChannelOptions, Client, connectivityState, Metadata } from '@grpc/grpc-js';
import { MutationResult } from '@millrace/contracts/milvus';
import type { TraceCarrier } from '@millrace/service';
import type { GrpcFailure } from './milvus-errors.ts';
import { SeverableCredentials } from './severable-credentials.ts';
import type { Connection } from './targets.ts';

export type RowMethod = 'Upsert' | 'Insert';
export type WriteMethod = RowMethod | 'Delete';

export interface WriteCall {
  readonly method: WriteMethod;
  /** An InsertRequest, UpsertRequest or DeleteRequest of Milvus. */
  readonly request: Buffer;
  /** Empty: the server's default. */
  readonly database: string;
  /** The call's deadline, milliseconds since the Unix epoch. */
  readonly notAfterMs: number;
  readonly trace: TraceCarrier;
}

export type WriteAnswer =
  | { readonly kind: 'answer'; readonly result: MutationResult }
  /** The call had begun, and ended without an answer. */
  | { readonly kind: 'failed'; readonly error: GrpcFailure }
  /** No call was begun: there is no connection. */
  | { readonly kind: 'not connected' };

/** Requests are cut at WRITE_BYTES_MAX (48 MiB at most); Milvus itself takes 64 MiB. Answers list one number per row. */
const requestBytesMax = 64 * 1024 * 1024;
const answerBytesMax = 16 * 1024 * 1024;

const channelOptions: ChannelOptions = {
  'grpc.enable_retries': 0,
  'grpc.max_send_message_length': requestBytesMax,
  'grpc.max_receive_message_length': answerBytesMax,
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  'grpc.use_local_subchannel_pool': 1,
};

/**
 * One connection to Milvus that carries one write at a time, so that it can be reset without touching other writes. It
 * speaks of bytes: requests are put together elsewhere. It never sends anything twice.
 */
export class MilvusClient {
  readonly #connection: Connection;
  #credentials: SeverableCredentials;
  #client: Client;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#credentials = this.#newCredentials();
    this.#client = this.#newClient();
  }

  /** Makes one call. Settles at the deadline at the latest; then, the connection has been reset. */
  async write(call: WriteCall): Promise<WriteAnswer> {
    if (!(await this.ready(Math.min(call.notAfterMs, Date.now() + this.#connection.connectTimeoutMs)))) {
      return { kind: 'not connected' };
    }
    const answer = await new Promise<WriteAnswer>((resolve) => {
      this.#client.makeUnaryRequest(
        `/milvus.proto.milvus.MilvusService/${call.method}`,
        (bytes: Buffer) => bytes,
        (bytes: Buffer) => MutationResult.decode(bytes),
        call.request,
        this.#metadata(call),
        { deadline: call.notAfterMs },
        (error, result) => {
          if (result && !error) resolve({ kind: 'answer', result });
          else resolve({ kind: 'failed', error: { code: error?.code ?? 2, details: error?.details ?? 'no answer' } });
        },
      );
    });
    // Whatever the error was: nothing of a call that ended without an answer may be delivered later.
    if (answer.kind === 'failed') this.#reset();
    return answer;
  }

  /** Whether there is a connection, waiting for one until `untilMs` unless an attempt has just failed. */
  async ready(untilMs: number): Promise<boolean> {
    const channel = this.#client.getChannel();
    for (;;) {
      const state = channel.getConnectivityState(true);
      if (state === connectivityState.READY) return true;
      if (state === connectivityState.TRANSIENT_FAILURE || state === connectivityState.SHUTDOWN) return false;
      const changed = await new Promise<boolean>((resolve) => {
        channel.watchConnectivityState(state, untilMs, (error) => resolve(!error));
      });
      if (!changed) return false;
    }
  }

  close(): void {
    this.#client.close();
  }

  #reset(): void {
    this.#client.close();
    this.#credentials.sever();
    this.#credentials = this.#newCredentials();
    this.#client = this.#newClient();
  }

  #newCredentials(): SeverableCredentials {
    const { tls } = this.#connection.endpoint;
    return new SeverableCredentials(tls ? ChannelCredentials.createSsl() : ChannelCredentials.createInsecure());
  }

  #newClient(): Client {
    const { host, port } = this.#connection.endpoint;
    return new Client(`dns:${host}:${port}`, this.#credentials, channelOptions);
  }

  /** As Milvus's SDKs send them. */
  #metadata(call: WriteCall): Metadata {
    const metadata = new Metadata();
    const token = this.#connection.token.reveal();
    if (token) metadata.set('authorization', Buffer.from(token).toString('base64'));
    metadata.set('dbname', call.database || 'default');
    if (call.trace.traceparent) metadata.set('traceparent', call.trace.traceparent);
    if (call.trace.tracestate) metadata.set('tracestate', call.trace.tracestate);
    return metadata;
  }
}
