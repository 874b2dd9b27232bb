import { setTimeout as delay } from 'node:timers/promises';
import { Pace } from '@millrace/delivery';
import { Kafka, logLevel, type Message } from 'kafkajs';
import { RecordMaker, type Workload } from './workload.ts';

export interface SteadyProducer {
  /** @throws what made it give up */
  throwIfFailed(): void;
  stop(): Promise<void>;
}

const requestEveryMs = 50;
/** Below the megabyte that a broker takes at a time for one partition, also when it has to catch up. */
const requestBytesMax = 900_000;
/** Made once and sent over and over, since making them would cost more than all else. */
const differentRecords = 20_000;

/** Produces at an even pace until it is stopped, acks=all, over the partitions in turn. */
export async function startSteadyProducer(
  bootstrap: string,
  topic: string,
  workload: Workload,
  perSecond: number,
): Promise<SteadyProducer> {
  const producer = new Kafka({ brokers: [bootstrap], logLevel: logLevel.ERROR }).producer();
  await producer.connect();
  const maker = new RecordMaker(workload);
  const messages = Array.from({ length: differentRecords }, (_, id): Message => {
    return { value: Buffer.from(maker.value(id)), partition: id % workload.partitions };
  });
  const recordsMax = Math.max(1, Math.floor(requestBytesMax / maker.value(0).length));
  let isStopped = false;
  let problem: unknown;
  const produce = async () => {
    const pace = new Pace(perSecond, performance.now());
    for (let sent = 0; !isStopped; ) {
      const length = pace.take(performance.now(), recordsMax);
      const ids = Array.from({ length }, (_, index) => (sent + index) % differentRecords);
      if (ids.length > 0) {
        await producer.send({ topic, acks: -1, messages: ids.flatMap((id) => messages[id] ?? []) });
      }
      sent += length;
      await delay(requestEveryMs);
    }
  };
  const producing = produce().catch((error: unknown) => {
    problem = error;
  });
  return {
    throwIfFailed: () => {
      if (problem) throw problem;
    },
    stop: async () => {
      isStopped = true;
      await producing;
      await producer.disconnect();
    },
  };
}
