import { Collection, Field, FieldType } from '@millrace/contracts';
import { type Description, failureOf, identityOf, type ResolvedTarget } from '@millrace/inserter/parts';
import type { Random } from '../world/random.ts';
import type { SimulatedProcess } from '../world/simulated-process.ts';
import type { SimulatedMilvus } from './simulated-milvus.ts';

/** How long an inserter believes a description. */
const ttlMs = 2_000;

const keyField: Field = {
  ...Field.create({ name: 'id', typeCode: FieldType.INT64, typeName: 'Int64' }),
  isPrimaryKey: true,
};
const offsetField: Field = Field.create({ name: 'at', typeCode: FieldType.INT64, typeName: 'Int64' });

/** One inserter's descriptions of the one collection, as Collections keeps them. */
export class Descriptions {
  readonly #process: SimulatedProcess;
  readonly #milvus: SimulatedMilvus;
  readonly #random: Random;
  #cached: { readonly description: Description; readonly atMs: number } | undefined;

  constructor(process: SimulatedProcess, milvus: SimulatedMilvus, random: Random) {
    this.#process = process;
    this.#milvus = milvus;
    this.#random = random;
  }

  async describe(target: ResolvedTarget, refresh = false): Promise<Description> {
    const cached = this.#cached;
    if (!refresh && cached && this.#process.now() - cached.atMs < ttlMs) return cached.description;
    await new Promise<void>((resolve) => this.#process.after(this.#random.int(1, 20), resolve));
    const description = this.#describe(target);
    this.#cached = description.ok ? { description, atMs: this.#process.now() } : undefined;
    return description;
  }

  drop(): void {
    this.#cached = undefined;
  }

  #describe(target: ResolvedTarget): Description {
    if (this.#milvus.state === 'away') {
      return { ok: false, failure: failureOf('milvus.unreachable', { message: 'away', retryAfterMs: 1_000 }) };
    }
    const version = { collectionId: 1n, schemaTimestamp: this.#milvus.schemaTimestamp, fingerprint: 'items' };
    const collection: Collection = {
      ...Collection.create({ name: target.collection, serverVersion: 'v2.6.0' }),
      version,
      fields: [keyField, offsetField],
    };
    const identity = identityOf(target);
    return { ok: true, described: { collection, version, keyField, identity, isSerial: false } };
  }
}
