import { createHash } from 'node:crypto';
import { status as grpcStatus } from '@grpc/grpc-js';
import { type Collection, type Failure, type Field, FieldType, type SchemaVersion } from '@millrace/contracts';
import type { Clock } from '@millrace/delivery';
import {
  DataType,
  type DescribeCollectionResponse,
  type FieldSchema,
  MilvusClient as Sdk,
} from '@zilliz/milvus2-sdk-node';
import { failureOf, quoted, unreachable } from './failures.ts';
import { classifyStatus, notAuthenticated, notImplemented } from './milvus-errors.ts';
import { SharedByConnection } from './shared-by-connection.ts';
import { type Connection, identityOf, type ResolvedTarget } from './targets.ts';

/** A collection as it is now. */
export interface Described {
  readonly collection: Collection;
  readonly version: SchemaVersion;
  readonly keyField: Field;
  /** Names the collection itself, also where it is asked for by an alias. */
  readonly identity: string;
  /** The server loses rows when two writes of one collection run at once (milvus-lite). */
  readonly isSerial: boolean;
}

export type Description =
  | { readonly ok: true; readonly described: Described }
  | { readonly ok: false; readonly failure: Failure };

export interface CollectionsOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** How long a description is believed. */
  readonly ttlMs: number;
}

const cachedMax = 1_000;
/** How long a server is taken for the version that it said: it may be replaced behind its address. */
const versionTtlMs = 60_000;

/** A connection, and what its server says of its version. */
interface Server {
  readonly sdk: Sdk;
  version?: { readonly text: string; readonly atMs: number };
}

/**
 * Describes collections, through Milvus's SDK, which this file alone uses. Descriptions are cached for a short time,
 * and each target is asked for by one call at a time.
 */
export class Collections {
  readonly #options: CollectionsOptions;
  readonly #servers: SharedByConnection<Server>;
  readonly #cached = new Map<string, { readonly described: Described; readonly atMs: number }>();
  readonly #asked = new Map<string, Promise<Description>>();

  constructor(options: CollectionsOptions) {
    this.#options = options;
    this.#servers = new SharedByConnection<Server>({
      clock: options.clock,
      create: (connection) => ({ sdk: newSdk(connection, options.timeoutMs) }),
      destroy: ({ sdk }) => void sdk.closeConnection(),
      idleMs: 60_000,
    });
  }

  /** The live description. With `refresh`, Milvus is asked after this call began. Never throws for Milvus's sake. */
  async describe(target: ResolvedTarget, refresh = false): Promise<Description> {
    const key = keyOf(target);
    const cached = this.#cached.get(key);
    if (!refresh && cached && this.#options.clock.now() - cached.atMs < this.#options.ttlMs) {
      return { ok: true, described: cached.described };
    }
    const asked = this.#asked.get(key);
    if (asked && !refresh) return asked;
    if (asked) await asked;
    const asking = this.#asked.get(key) ?? this.#ask(target, key);
    this.#asked.set(key, asking);
    return asking;
  }

  /** Forgets a description that has shown to be out of date. */
  drop(target: ResolvedTarget): void {
    this.#cached.delete(keyOf(target));
  }

  close(): void {
    this.#servers.close();
  }

  async #ask(target: ResolvedTarget, key: string): Promise<Description> {
    try {
      const described = await this.#servers.use(target.connection, (server) => this.#askServer(server, target));
      if (described.ok) this.#keep(key, described.described);
      else this.#cached.delete(key);
      return described;
    } catch (error) {
      this.#cached.delete(key);
      return { ok: false, failure: describeFailure(error, target.connection.endpoint.url) };
    } finally {
      this.#asked.delete(key);
    }
  }

  async #askServer(server: Server, target: ResolvedTarget): Promise<Description> {
    try {
      return await ask(server.sdk, target, this.#options.timeoutMs, await this.#versionOf(server));
    } catch (error) {
      // Another server may answer next.
      delete server.version;
      throw error;
    }
  }

  async #versionOf(server: Server): Promise<string> {
    const nowMs = this.#options.clock.now();
    if (!server.version || nowMs - server.version.atMs >= versionTtlMs) {
      const { version = '' } = await server.sdk.getVersion();
      server.version = { text: version, atMs: nowMs };
    }
    return server.version.text;
  }

  #keep(key: string, described: Described): void {
    this.#cached.delete(key);
    this.#cached.set(key, { described, atMs: this.#options.clock.now() });
    const oldest = this.#cached.keys().next();
    if (this.#cached.size > cachedMax && !oldest.done) this.#cached.delete(oldest.value);
  }
}

function newSdk({ endpoint, token }: Connection, timeout: number): Sdk {
  return new Sdk({
    address: `${endpoint.host}:${endpoint.port}`,
    ssl: endpoint.tls,
    token: token.reveal(),
    timeout,
    maxRetries: 0,
    // Connecting would happen in the background, where an error ends the process.
    __SKIP_CONNECT__: true,
    isGlobal: false,
    telemetry: { enabled: false },
    // By itself it would wait up to two minutes after an outage before it looks again.
    channelOptions: {
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': 1_000,
      'grpc.enable_retries': 0,
      // Milvus Lite takes pings on an idle connection for an attack and closes it.
      'grpc.keepalive_permit_without_calls': 0,
    },
  });
}

function keyOf(target: ResolvedTarget): string {
  return JSON.stringify([target.connection.key, target.database, target.collection]);
}

async function ask(sdk: Sdk, target: ResolvedTarget, timeoutMs: number, serverVersion: string): Promise<Description> {
  const { database, collection } = target;
  const answer = await sdk.describeCollection({
    collection_name: collection,
    timeout: timeoutMs,
    ...(database && { db_name: database }),
  });
  if (!answer.status) return { ok: false, failure: notImplemented(target.connection.endpoint.url) };
  if (answer.status.error_code !== 'Success' || answer.status.code)
    return { ok: false, failure: refused(target, answer.status) };
  return toDescription(target, answer, serverVersion);
}

function refused(target: ResolvedTarget, answer: DescribeCollectionResponse['status']): Failure {
  const notFound =
    answer.error_code === 'CollectionNotExists' || /can't find collection|collection not found/i.test(answer.reason);
  const { class: name, failure } = classifyStatus({
    code: notFound ? 100 : (answer.code ?? 0),
    errorCode: 0,
    reason: answer.reason,
    detail: answer.detail ?? '',
    retriable: answer.retriable ?? false,
    extraInfo: {},
  });
  const place = `${target.collection}${target.database && ` in database ${target.database}`}`;
  const words = {
    ...failure,
    message: `Milvus does not describe collection ${quoted(place)}: ${quoted(answer.reason)}`,
  };
  if (name === 'operator' || name === 'later' || name === 'wait') return words;
  return failureOf('milvus.describe_refused', { message: words.message, milvusCode: failure.milvusCode });
}

function describeFailure(error: unknown, url: string): Failure {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const details = error instanceof Error ? error.message : String(error);
  if (code === grpcStatus.UNAVAILABLE) return unreachable(url, details);
  if (code === grpcStatus.UNAUTHENTICATED || code === grpcStatus.PERMISSION_DENIED)
    return notAuthenticated(url, details);
  return failureOf('milvus.no_description', {
    message: `Milvus at ${url} did not describe the collection: ${quoted(details)}`,
    retryAfterMs: 1_000,
  });
}

function toDescription(target: ResolvedTarget, answer: DescribeCollectionResponse, serverVersion: string): Description {
  const outputs = new Set((answer.schema.functions ?? []).flatMap((one) => one.output_field_names ?? []));
  const fields = answer.schema.fields.filter((field) => !field.is_dynamic).map((field) => fieldOf(field, outputs));
  const keyField = fields.find((field) => field.isPrimaryKey);
  if (!keyField) {
    const message = `collection ${quoted(target.collection)} has no primary key in its description`;
    return { ok: false, failure: failureOf('milvus.no_primary_key', { message }) };
  }
  const hasDynamicField = answer.schema.enable_dynamic_field;
  const realName = answer.schema.name || answer.collection_name || target.collection;
  const version = {
    collectionId: BigInt(answer.collectionID ?? 0),
    schemaTimestamp: timestampOf(answer),
    fingerprint: fingerprint(realName, fields, hasDynamicField),
  };
  const collection = {
    database: target.database,
    name: target.collection,
    version,
    fields,
    hasDynamicField,
    serverVersion,
  };
  const described = {
    collection,
    version,
    keyField,
    identity: identityOf(target, realName),
    isSerial: serverVersion.startsWith('milvus_lite'),
  };
  return { ok: true, described };
}

/** Of a VarChar, in Milvus. */
const textBytesMax = 65_535;

/** Older servers send the number alone; the SDK hands it on as text, whatever its type says, so it is exact. */
function timestampOf(answer: DescribeCollectionResponse): bigint {
  const text = answer.update_timestamp_str || String(answer.update_timestamp ?? 0);
  return /^\d+$/.test(text) ? BigInt(text) : 0n;
}

/** The SDK lists an Array of Struct behind the fields, as an Array of Struct elements with fields of its own. */
function fieldOf(field: FieldSchema, outputs: ReadonlySet<string>): Field {
  if (field.element_type !== 'Struct') return toField(field, outputs);
  const subFields = structFields(field);
  return {
    ...toField(field, outputs),
    typeCode: FieldType.ARRAY_OF_STRUCT,
    isPrimaryKey: false,
    isAutoId: false,
    typeName: 'ArrayOfStruct',
    elementTypeCode: 0,
    // A property of its members on every server so far.
    maxCapacity: Math.max(toNumber(field.max_capacity), ...subFields.map(({ maxCapacity }) => maxCapacity)),
    subFields,
  };
}

/** Of the members, the SDK tells the type of the elements as their own, and takes max_capacity from their parameters. */
function structFields(struct: FieldSchema): readonly Field[] {
  const prefix = `${struct.name}[`;
  return (struct.fields ?? []).map((member) => {
    const elementTypeCode = member.dataType ?? 0;
    const isVector = elementTypeCode >= FieldType.BINARY_VECTOR;
    // Stored names, as some versions tell them: `struct[member]`.
    const isStored = member.name.startsWith(prefix) && member.name.endsWith(']');
    return {
      ...toField(member, new Set()),
      name: isStored ? member.name.slice(prefix.length, -1) : member.name,
      typeCode: isVector ? FieldType.ARRAY_OF_VECTOR : FieldType.ARRAY,
      typeName: `${isVector ? 'ArrayOfVector' : 'Array'} of ${member.data_type}`,
      elementTypeCode,
    };
  });
}

function toField(field: FieldSchema, outputs: ReadonlySet<string>): Field {
  return {
    name: field.name,
    typeCode: typeCode(field),
    typeName: String(field.data_type),
    isPrimaryKey: field.is_primary_key,
    isAutoId: field.autoID,
    isNullable: field.nullable ?? false,
    hasDefault: field.default_value !== undefined && field.default_value !== null,
    isPartitionKey: field.is_partition_key ?? false,
    isFunctionOutput: field.is_function_output || outputs.has(field.name),
    dim: toNumber(field.dim),
    maxLength: maxLengthOf(field),
    maxCapacity: toNumber(field.max_capacity),
    elementTypeCode: elementTypeCode(field),
    subFields: [],
  };
}

/** Zero where the SDK knows the type by its name only; one without a name comes as Milvus's number. */
function typeCode({ dataType, data_type: given }: FieldSchema): number {
  return dataType ?? toNumber(given);
}

/** milvus-lite does not tell that of an Array's elements: they may be as long as any text then, until it refuses them. */
function maxLengthOf(field: FieldSchema): number {
  const told = toNumber(field.max_length);
  return told === 0 && elementTypeCode(field) === DataType.VarChar ? textBytesMax : told;
}

function elementTypeCode(field: FieldSchema): number {
  const name = field.element_type;
  return name === undefined || name === 'None' ? 0 : (DataType[name] ?? 0);
}

function toNumber(given: unknown): number {
  const number = Number(given ?? 0);
  return Number.isSafeInteger(number) && number > 0 ? number : 0;
}

/** Short, and different whenever a field is, or the collection that an alias stands for. */
function fingerprint(realName: string, fields: readonly Field[], hasDynamicField: boolean): string {
  const text = JSON.stringify([realName, fields, hasDynamicField]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
