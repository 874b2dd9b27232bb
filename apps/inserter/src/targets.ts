import { createHash } from 'node:crypto';
import {
  escapeText,
  type MilvusEndpoint,
  parseEndpoint,
  type ReferenceSources,
  resolveReferences,
  Secret,
} from '@millrace/connector-config';
import type { Failure, Target } from '@millrace/contracts';
import { failureOf } from './failures.ts';

/** What it takes to connect: shared by all targets of one endpoint and one token. */
export interface Connection {
  readonly endpoint: MilvusEndpoint;
  /** Empty: none is sent. */
  readonly token: Secret;
  readonly connectTimeoutMs: number;
  /** Equal exactly for the same endpoint and token; the token cannot be told from it. */
  readonly key: string;
}

/** A collection, and how to get there. */
export interface ResolvedTarget {
  readonly connection: Connection;
  /** Empty: the server's default. */
  readonly database: string;
  readonly collection: string;
  /** Empty: the default one, or the one that the partition key chooses. */
  readonly partition: string;
}

export interface TargetOptions {
  readonly defaultEndpoint: string;
  readonly defaultToken: Secret;
  /** URLs; when there are any, no other endpoint is dialled. */
  readonly allowedEndpoints: readonly string[];
  readonly connectTimeoutMs: number;
  readonly references: ReferenceSources;
}

/** Kafka Connect's and Milvus's names; longer ones are a mistake. */
const nameCharsMax = 255;

/** Turns the target of a lane into an endpoint and a token, by the operator's rules. Secrets never show. */
export class Targets {
  readonly #options: TargetOptions;
  /** So that a key cannot be tried against guessed tokens. */
  readonly #salt = crypto.randomUUID();

  constructor(options: TargetOptions) {
    this.#options = options;
  }

  resolve(target: Target | undefined): ResolvedTarget | Failure {
    const { collection = '', database = '', partition = '' } = target ?? {};
    if (collection === '') return failureOf('target.collection_missing', { message: 'the lane names no collection' });
    const tooLong = Object.entries({ collection, database, partition }).find(([, name]) => name.length > nameCharsMax);
    if (tooLong) {
      const message = `${tooLong[0]}.name is longer than ${nameCharsMax} characters`;
      return failureOf('target.name_too_long', { message });
    }
    const endpoint = this.#endpoint(target?.endpoint ?? '');
    if ('code' in endpoint) return endpoint;
    const token = this.#token(target?.token ?? '');
    if ('code' in token) return token;
    const hash = createHash('sha256').update(`${this.#salt}\n${token.reveal()}`).digest('base64url');
    const connection = {
      endpoint,
      token,
      connectTimeoutMs: this.#options.connectTimeoutMs,
      key: `${endpoint.url} ${hash}`,
    };
    return { connection, database, collection, partition };
  }

  #endpoint(given: string): MilvusEndpoint | Failure {
    const endpoint = parseEndpoint(given || this.#options.defaultEndpoint);
    if ('failure' in endpoint) {
      return failureOf('target.endpoint_invalid', { message: `the Milvus endpoint ${endpoint.failure}` });
    }
    const { allowedEndpoints } = this.#options;
    if (allowedEndpoints.length > 0 && !allowedEndpoints.includes(endpoint.url)) {
      const message = `${endpoint.url} is not among the endpoints that this inserter may dial`;
      return failureOf('target.endpoint_not_allowed', { message });
    }
    return endpoint;
  }

  #token(given: string): Secret | Failure {
    if (given === '') return this.#options.defaultToken;
    const resolution = resolveReferences(given, this.#options.references);
    if (resolution.ok) return new Secret(resolution.text);
    const message = `the token cannot be resolved: ${escapeText(resolution.errors.join('; '), 300)}`;
    return failureOf('target.token_unresolved', { message });
  }
}

/** One text for each collection, whoever asks for it and by whichever alias: endpoint, database, name, by line. */
export function identityOf(target: ResolvedTarget, collection = target.collection): string {
  return [target.connection.endpoint.url, target.database || 'default', collection].join('\n');
}
