import { type ChannelCredentials, type ClientDuplexStream, Metadata, type StatusObject, status } from '@grpc/grpc-js';
import {
  type DescribeCollectionResponse,
  InserterClient as GeneratedClient,
  type InsertRequest,
  type InsertResponse,
  statusDetails,
  type Target,
} from '@millrace/contracts';
import { ServerPool } from '@millrace/service';

/** The inserter could not be asked; it may work later. */
export class InserterUnreachable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'InserterUnreachable';
  }
}

/** The inserters: a connection to each, kept up so that it is known whether, and over how many, lanes can be served. */
export class InserterClient extends ServerPool<GeneratedClient> {
  constructor(address: string, credentials: ChannelCredentials) {
    super({ address, credentials, create: (target, given, options) => new GeneratedClient(target, given, options) });
  }

  /** Asks for the live schema. @throws InserterUnreachable when no answer comes within the time. */
  async describe(target: Target, refresh: boolean, timeoutMs: number): Promise<DescribeCollectionResponse> {
    const deadline = Date.now() + timeoutMs;
    return new Promise((resolve, reject) => {
      this.client.describeCollection({ target, refresh }, new Metadata(), { deadline }, (error, response) => {
        if (error) reject(new InserterUnreachable(this.describeError(error), { cause: error }));
        else resolve(response);
      });
    });
  }

  /** A stream to the inserter that has the fewest of them. */
  insert(): ClientDuplexStream<InsertRequest, InsertResponse> {
    return this.begin((client) => client.insert());
  }

  /** A gRPC error in the words that a person gets to see. */
  describeError(error: Error & Partial<StatusObject>): string {
    const name = status[error.code ?? status.UNKNOWN] ?? 'UNKNOWN';
    const { code } = (error.metadata && statusDetails({ metadata: error.metadata })) ?? {};
    const words = [name, (error.details ?? '').slice(0, 300), code && `(${code})`].filter(Boolean).join(' ');
    return `inserter not reachable at ${this.address}: ${words}`;
  }
}
