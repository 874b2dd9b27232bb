import {
  type ChannelCredentials,
  type ClientDuplexStream,
  connectivityState,
  Metadata,
  type StatusObject,
  status,
} from '@grpc/grpc-js';
import {
  type DescribeCollectionResponse,
  InserterClient as GeneratedClient,
  type InsertRequest,
  type InsertResponse,
  statusDetails,
  type Target,
} from '@millrace/contracts';
import { clientChannelOptions } from '@millrace/service';

/** The inserter could not be asked; it may work later. */
export class InserterUnreachable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'InserterUnreachable';
  }
}

/** The one channel to the inserters, kept connected so that its state says whether lanes can be served. */
export class InserterClient {
  readonly address: string;
  readonly #client: GeneratedClient;
  #isReady = false;
  #closed = false;

  constructor(address: string, credentials: ChannelCredentials) {
    this.address = address;
    this.#client = new GeneratedClient(address, credentials, clientChannelOptions);
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** Connects, and tells each change of `isReady` from now on. */
  watch(onChange: (isReady: boolean) => void): void {
    const channel = this.#client.getChannel();
    const look = () => {
      if (this.#closed) return;
      const state = channel.getConnectivityState(true);
      const isReady = state === connectivityState.READY;
      if (isReady !== this.#isReady) {
        this.#isReady = isReady;
        onChange(isReady);
      }
      channel.watchConnectivityState(state, Number.POSITIVE_INFINITY, look);
    };
    look();
  }

  /** Asks for the live schema. @throws InserterUnreachable when no answer comes within the time. */
  async describe(target: Target, refresh: boolean, timeoutMs: number): Promise<DescribeCollectionResponse> {
    const deadline = Date.now() + timeoutMs;
    return new Promise((resolve, reject) => {
      this.#client.describeCollection({ target, refresh }, new Metadata(), { deadline }, (error, response) => {
        if (error) reject(new InserterUnreachable(this.describeError(error), { cause: error }));
        else resolve(response);
      });
    });
  }

  insert(): ClientDuplexStream<InsertRequest, InsertResponse> {
    return this.#client.insert();
  }

  /** A gRPC error in the words that a person gets to see. */
  describeError(error: Error & Partial<StatusObject>): string {
    const name = status[error.code ?? status.UNKNOWN] ?? 'UNKNOWN';
    const { code } = (error.metadata && statusDetails({ metadata: error.metadata })) ?? {};
    const words = [name, (error.details ?? '').slice(0, 300), code && `(${code})`].filter(Boolean).join(' ');
    return `inserter not reachable at ${this.address}: ${words}`;
  }

  close(): void {
    this.#closed = true;
    this.#client.close();
  }
}
