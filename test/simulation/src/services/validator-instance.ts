import { insertRequests, type Target, type ValidateRequest, type ValidateResponse } from '@millrace/contracts';
import { Events, Grants, InserterUnreachable, LaneService, SchemaCache } from '@millrace/schema-validator/parts';
import type { SimulatedProcess } from '../world/simulated-process.ts';
import type { ServerEnd } from '../world/stream-call.ts';
import { toldLog } from '../world/told-log.ts';
import type { World } from '../world/world.ts';
import type { Instance } from './instance.ts';

/** Defaults of apps/schema-validator, config.ts. */
const inserterTimeoutMs = 10_000;
const schemaMaxAgeMs = 60_000;
const drainTimeoutMs = 6_000;
const waitingLanesMax = 1_024;
const batchBytesMax = 64 * 1024;

/** The schema-validator with its real lanes. */
export class ValidatorInstance implements Instance {
  readonly role = 'schema-validator';
  readonly process: SimulatedProcess;
  readonly #lanes: LaneService;

  constructor(process: SimulatedProcess, world: World) {
    this.process = process;
    const { network, settings, history } = world;
    const limits = { bytes: settings.budgetBatches * batchBytesMax, batchBytes: batchBytesMax, streamBatches: 8 };
    const describe = (target: Target, refresh: boolean) =>
      network
        .ask(process, world.inserters, (server) => server.describe(target, refresh), inserterTimeoutMs)
        .catch((error: unknown) => {
          throw new InserterUnreachable(String(error));
        });
    this.#lanes = new LaneService({
      clock: process,
      instanceId: process.name,
      schemas: new SchemaCache(describe, schemaMaxAgeMs, process),
      inserter: {
        address: 'inserters',
        describeError: ({ message }) => `inserter not reachable: ${message}`,
        // Each call goes to any of them, so several stripes of a lane may meet at one.
        width: settings.stripes,
        isUneven: false,
        insert: () => network.call(process, world.inserters, insertRequests),
      },
      grants: new Grants(limits, waitingLanesMax),
      limits: {
        recordBytesMax: batchBytesMax,
        recordDepthMax: 16,
        recordKeysMax: 1_000,
        violationsMax: 5,
        batchBytesMax,
        inserterTimeoutMs,
        stripesMax: settings.stripes,
      },
      events: new Events(toldLog(process.name, history)),
    });
  }

  accept(call: ServerEnd<ValidateRequest, ValidateResponse>): void {
    this.#lanes.validate(call);
  }

  /** As service.ts does it. */
  async stop(): Promise<void> {
    const drained = this.#lanes.drain('the schema-validator is shutting down', drainTimeoutMs / 2);
    await Promise.race([drained, new Promise<void>((resolve) => this.process.after(drainTimeoutMs, resolve))]);
  }

  counted(): undefined {
    return undefined;
  }

  get isBusy(): boolean {
    return false;
  }
}
