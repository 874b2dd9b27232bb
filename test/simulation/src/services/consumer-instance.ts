import { Connector, type OpenLaneStream, openOver, ReadBudget } from '@millrace/consumer/parts';
import { validateRequests } from '@millrace/contracts';
import type { Counted } from '../history.ts';
import { GroupSource } from '../kafka/group-source.ts';
import type { SimulatedProcess } from '../world/simulated-process.ts';
import { toldLog } from '../world/told-log.ts';
import type { World } from '../world/world.ts';
import type { Instance } from './instance.ts';
import { connectorConfigOf } from './settings.ts';
import { WatchedStream } from './watched-stream.ts';

/** Defaults of apps/consumer, config.ts. */
const drainTimeoutMs = 6_000;
const progressTimeoutMs = 60_000;
const readBudgetBytes = 268_435_456;

/** The consumer with its real connector, as a member of the simulated group. */
export class ConsumerInstance implements Instance {
  readonly role = 'consumer';
  readonly process: SimulatedProcess;
  readonly #connector: Connector;

  constructor(process: SimulatedProcess, world: World) {
    this.process = process;
    const config = connectorConfigOf(world.settings);
    const { log, coordinator, link, letters, history, random, settings } = world;
    const { heartbeatIntervalMs } = config.kafka;
    const { isCalm } = settings;
    const source = { process, log, coordinator, link, random: random.fork(), history, heartbeatIntervalMs, isCalm };
    this.#connector = new Connector(config, {
      clock: process,
      logger: toldLog(process.name, history),
      kafka: {
        newSource: (events) => new GroupSource(source, events),
        deadLetters: letters.writer(process),
      },
      openStream: this.#openStream(world),
      budget: new ReadBudget(readBudgetBytes, process),
      drainTimeoutMs,
      progressTimeoutMs,
      fail: (error) => world.fail(this, error),
    });
    this.#connector.start();
  }

  async stop(): Promise<void> {
    await this.#connector.stop();
  }

  counted(): Counted {
    return {
      ...this.#connector.counters,
      unsettled: this.#connector.lanes.reduce((sum, lane) => sum + lane.unsettledRecords, 0),
    };
  }

  get isBusy(): boolean {
    return !this.#connector.isJoined || this.#connector.lanes.some(({ unsettledRecords }) => unsettledRecords > 0);
  }

  /** The real stream over a simulated call; what is sent is told to the history. */
  #openStream(world: World): OpenLaneStream {
    const { process } = this;
    const { network, validators, history } = world;
    return (open, events) => {
      const watched = new WatchedStream(process.name, open.partition, world.nextStream(), history);
      const call = network.call(process, validators, validateRequests);
      return watched.stream(openOver(call, 'schema-validators', open, watched.events(events)));
    };
  }
}
