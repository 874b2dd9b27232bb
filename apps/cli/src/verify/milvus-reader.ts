import { ChannelCredentials, Client, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import type { MilvusEndpoint } from '@millrace/connector-config';
import {
  DescribeCollectionRequest,
  DescribeCollectionResponse,
  QueryRequest,
  QueryResults,
  type Status,
} from '@millrace/contracts/milvus';
import { CliError } from '../cli-error.ts';
import { type Asked, askAgain } from './ask-again.ts';

const callMs = 60_000;

interface Codec<Message> {
  encode(message: Message): { finish(): Uint8Array };
  decode(bytes: Uint8Array): Message;
}

/** Reads from one Milvus, with everything that was written before the call (Strong). */
export class MilvusReader {
  readonly #address: string;
  readonly #token: string;
  readonly #client: Client;

  constructor({ host, port, tls }: Pick<MilvusEndpoint, 'host' | 'port' | 'tls'>, token: string) {
    this.#address = `${host}:${port}`;
    this.#token = token;
    const credentials = tls ? ChannelCredentials.createSsl() : ChannelCredentials.createInsecure();
    this.#client = new Client(`dns:${this.#address}`, credentials, {
      'grpc.max_receive_message_length': -1,
      'grpc.max_send_message_length': -1,
      'grpc.enable_retries': 0,
    });
  }

  /** @throws CliError where Milvus refuses, or does not answer for a minute */
  query(request: Partial<QueryRequest>): Promise<QueryResults> {
    const whole = { ...QueryRequest.create(), ...request };
    return this.#ask('Query', whole, QueryRequest, QueryResults, whole.dbName);
  }

  /** The same. */
  describe(database: string, collection: string): Promise<DescribeCollectionResponse> {
    const request = DescribeCollectionRequest.create({ dbName: database, collectionName: collection });
    return this.#ask('DescribeCollection', request, DescribeCollectionRequest, DescribeCollectionResponse, database);
  }

  close(): void {
    this.#client.close();
  }

  #ask<Request, Answer extends { readonly status: Status | undefined }>(
    method: string,
    request: Request,
    requests: Codec<Request>,
    answers: Codec<Answer>,
    database: string,
  ): Promise<Answer> {
    return askAgain(async () => {
      const asked = await this.#call(method, request, requests, answers, database);
      if ('later' in asked) return asked;
      const { status: said } = asked.value;
      if (said?.code === 0 && said.errorCode === 0) return asked;
      const reason = `Milvus at ${this.#address} refused ${method}: ${said?.reason || said?.code || 'it gave no status'}`;
      if (said?.retriable) return { later: reason };
      throw new CliError(reason);
    });
  }

  #call<Request, Answer>(
    method: string,
    request: Request,
    requests: Codec<Request>,
    answers: Codec<Answer>,
    database: string,
  ): Promise<Asked<Answer>> {
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        `/milvus.proto.milvus.MilvusService/${method}`,
        (message: Request) => Buffer.from(requests.encode(message).finish()),
        (bytes: Buffer) => answers.decode(bytes),
        request,
        this.#metadata(database),
        { deadline: Date.now() + callMs },
        (error: ServiceError | null, value?: Answer) => {
          if (error === null && value !== undefined) resolve({ value });
          else if (error?.code === status.UNAVAILABLE || error?.code === status.DEADLINE_EXCEEDED) {
            resolve({ later: `Milvus at ${this.#address} does not answer: ${error.details}` });
          } else reject(refused(this.#address, method, error));
        },
      );
    });
  }

  /** As Milvus's SDKs send them. */
  #metadata(database: string): Metadata {
    const metadata = new Metadata();
    if (this.#token) metadata.set('authorization', Buffer.from(this.#token).toString('base64'));
    metadata.set('dbname', database || 'default');
    return metadata;
  }
}

function refused(address: string, method: string, error: ServiceError | null): CliError {
  const why = error ? `${status[error.code]} ${error.details}` : 'no answer';
  const kind = error?.code === status.UNAUTHENTICATED || error?.code === status.PERMISSION_DENIED;
  return new CliError(`Milvus at ${address} refused ${method}: ${why}`, kind ? 'configuration' : 'unavailable');
}
