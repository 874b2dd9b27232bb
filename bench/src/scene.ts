import { KafkaClient } from '@millrace/e2e/harness';
import { type KafkaServer, startKafka, temporaryFolder } from '@millrace/testing';
import { fillTopic } from './fill-topic.ts';
import { type FlowOptions, measureFlow } from './measure-flow.ts';
import { type MoverOptions, type Services, startScript, startServices } from './movers.ts';
import { type NullMilvus, startNullMilvus } from './null-milvus/index.ts';
import type { Progress } from './progress.ts';
import { topicOf, type Workload } from './workload.ts';

export interface SceneOptions {
  readonly progress: Progress;
  readonly seed: number;
  /** Of the usual number of records. */
  readonly scale: number;
}

/** Records of each run; enough for several seconds of flow, few enough to be made in as many. */
const recordCounts: Readonly<Record<number, number>> = { 8: 400_000, 128: 120_000, 768: 30_000 };

/** The part of a flow that counts. */
const measuredFrom = 0.25;
const measuredTo = 0.95;

const flowTimeoutMs = 300_000;

type RunOptions = Pick<MoverOptions, 'topic'> & Partial<Pick<MoverOptions, 'milvus' | 'collection' | 'environment'>>;

/** The servers that the benchmarks share, and the topics that they have filled. */
export class Scene {
  readonly broker: KafkaServer;
  readonly kafka: KafkaClient;
  readonly milvus: NullMilvus;
  readonly folder: string;
  readonly options: SceneOptions;
  readonly #filled = new Set<string>();
  readonly #remove: () => Promise<void>;
  #runs = 0;

  private constructor(
    broker: KafkaServer,
    milvus: NullMilvus,
    folder: string,
    options: SceneOptions,
    remove: () => Promise<void>,
  ) {
    this.broker = broker;
    this.kafka = new KafkaClient(broker.bootstrap);
    this.milvus = milvus;
    this.folder = folder;
    this.options = options;
    this.#remove = remove;
  }

  static async start(options: SceneOptions): Promise<Scene> {
    const folder = await temporaryFolder('bench');
    const broker = await startKafka();
    const milvus = await startNullMilvus(folder.path);
    return new Scene(broker, milvus, folder.path, options, async () => {
      await milvus.stop();
      await broker.remove();
      await folder.remove();
    });
  }

  remove(): Promise<void> {
    return this.#remove();
  }

  workload(shape: Pick<Workload, 'dim' | 'partitions' | 'form'>): Workload {
    const { seed, scale } = this.options;
    return { ...shape, seed, count: Math.round((recordCounts[shape.dim] ?? 100_000) * scale) };
  }

  /** The topic of the workload, filled the first time that it is asked for. */
  async topic(workload: Workload): Promise<string> {
    const topic = topicOf(workload);
    if (!this.#filled.has(topic)) {
      const { progress } = this.options;
      await fillTopic(this.kafka, workload, (sent) => progress.tell(`filling ${topic}`, sent / workload.count));
      this.#filled.add(topic);
    }
    return topic;
  }

  /** Of processes, logs and consumer groups; another one each time. */
  newRun(): string {
    this.#runs += 1;
    return `run_${this.#runs}`;
  }

  /** Has the services or the script move all of a topic into the null Milvus, and measures it. */
  async flowIntoNothing(who: 'services' | 'script', workload: Workload, environment: MoverOptions['environment'] = {}) {
    const topic = await this.topic(workload);
    const before = (await this.milvus.taken()).rows;
    const rows = async () => (await this.milvus.taken()).rows - before;
    const start = who === 'services' ? startServices : startScript;
    const mover = await start(this.#moverOptions({ topic, environment }));
    try {
      return await measureFlow(mover, this.flowOptions(workload, `${who}, ${topic}`, rows));
    } finally {
      await mover.stop();
    }
  }

  /** The three services on a topic; into the null Milvus, and a collection of the topic's name, where nothing else is said. */
  services(options: RunOptions): Promise<Services> {
    return startServices(this.#moverOptions(options));
  }

  #moverOptions(options: RunOptions): MoverOptions {
    const { broker, milvus, folder } = this;
    const usual = { bootstrap: broker.bootstrap, milvus: milvus.address, collection: options.topic, folder };
    return { ...usual, run: this.newRun(), ...options };
  }

  flowOptions({ count }: Workload, what: string, rows: FlowOptions['rows']): FlowOptions {
    return {
      rows: async () => {
        const arrived = await rows();
        this.options.progress.tell(what, arrived / count);
        return arrived;
      },
      from: count * measuredFrom,
      to: count * measuredTo,
      beside: { kafka: this.broker.pid, milvus: this.milvus.pid },
      timeoutMs: flowTimeoutMs,
    };
  }
}
