import { Secret } from '@millrace/connector-config';
import type { DescribeCollectionResponse, InsertRequest, InsertResponse, Target } from '@millrace/contracts';
import {
  CollectionRegister,
  Events,
  Grants,
  KnownRefusals,
  LaneService,
  MilvusWriter,
  Targets,
} from '@millrace/inserter/parts';
import { Descriptions } from '../milvus/descriptions.ts';
import type { SimulatedProcess } from '../world/simulated-process.ts';
import type { ServerEnd } from '../world/stream-call.ts';
import { toldLog } from '../world/told-log.ts';
import type { World } from '../world/world.ts';
import type { Instance } from './instance.ts';

/** Defaults of apps/inserter, config.ts. */
const shutdownTimeoutMs = 9_000;
const writeBudgetMinMs = 200;
const writesPerCollectionMax = 8;

/** The inserter with its real lanes, in front of the simulated Milvus. */
export class InserterInstance implements Instance {
  readonly role = 'inserter';
  readonly process: SimulatedProcess;
  readonly #lanes: LaneService;

  constructor(process: SimulatedProcess, { milvus, settings, history, random }: World) {
    this.process = process;
    const events = new Events(toldLog(process.name, history));
    const { partBytesMax: batchBytesMax } = settings;
    const limits = { bytes: settings.budgetBatches * batchBytesMax, batchBytes: batchBytesMax, streamBatches: 8 };
    this.#lanes = new LaneService({
      clock: process,
      instanceId: process.name,
      batchBytesMax,
      notAfterAheadMs: 300_000,
      writeBytesMax: settings.writeBytesMax,
      targets: new Targets({
        defaultEndpoint: 'http://milvus:19530',
        defaultToken: new Secret(''),
        allowedEndpoints: [],
        connectTimeoutMs: 2_000,
        references: { env: {}, readFile: () => Buffer.alloc(0), allow: () => false },
      }),
      collections: new Descriptions(process, milvus, random.fork()),
      register: new CollectionRegister(process, writesPerCollectionMax),
      writer: new MilvusWriter({
        clock: process,
        withClient: (_connection, work) => work({ write: (call) => milvus.write(process, call) }),
        budgetMinMs: writeBudgetMinMs,
      }),
      grants: new Grants({
        limits,
        clock: process,
        waitMs: 30_000,
        waitingMax: 1_000,
        onShortage: () => this.#lanes.drainLongest(),
      }),
      events,
      known: new KnownRefusals(),
    });
  }

  accept(call: ServerEnd<InsertRequest, InsertResponse>): void {
    this.#lanes.insert(call);
  }

  describe(target: Target, refresh: boolean): Promise<DescribeCollectionResponse> {
    return this.#lanes.describe({ target, refresh });
  }

  /** As service.ts does it. */
  async stop(): Promise<void> {
    const { process } = this;
    const graceMs = shutdownTimeoutMs - 2_500;
    const cancels = [process.after(graceMs / 2, () => this.#lanes.beginNothing())];
    const timeout = new Promise<void>((resolve) => cancels.push(process.after(graceMs, resolve)));
    await Promise.race([this.#lanes.drainAll(), timeout]);
    for (const cancel of cancels) cancel();
  }

  counted(): undefined {
    return undefined;
  }

  get isBusy(): boolean {
    return false;
  }
}
