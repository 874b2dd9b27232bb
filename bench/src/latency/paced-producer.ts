import { setTimeout as delay } from 'node:timers/promises';
import { Pace } from '@millrace/delivery';
import { Kafka, logLevel, type Producer } from 'kafkajs';
import { RecordMaker, type Workload } from '../workload.ts';

/** When a record was produced: just before it was handed to the producer. */
export interface Produced {
  readonly id: number;
  readonly partition: number;
  readonly offset: number;
  /** Milliseconds since the Unix epoch. */
  readonly atMs: number;
}

export interface Offer {
  readonly perSecond: number;
  readonly seconds: number;
  /** Called with the ids of each request when it is sent. */
  readonly sending: (firstId: number, atMs: number) => void;
}

const requestEveryMs = 10;

/** Produces at an even pace, acks=all, a request every 10 ms, over the partitions in turn. */
export async function producePaced(
  bootstrap: string,
  topic: string,
  workload: Workload,
  { perSecond, seconds, sending }: Offer,
): Promise<readonly Produced[]> {
  const kafka = new Kafka({ brokers: [bootstrap], logLevel: logLevel.ERROR });
  const producer = kafka.producer({ maxInFlightRequests: 5 });
  await producer.connect();
  const maker = new RecordMaker(workload);
  const sends: Promise<readonly Produced[]>[] = [];
  const beganMs = performance.now();
  const pace = new Pace(perSecond, beganMs);
  for (let sent = 0; performance.now() - beganMs < seconds * 1_000; ) {
    const length = pace.take(performance.now(), perSecond);
    if (length > 0) {
      const ids = Array.from({ length }, (_, index) => sent + index);
      sending(sent, Date.now());
      sends.push(send(producer, topic, ids, workload.partitions, maker));
      sent += length;
    }
    await delay(requestEveryMs);
  }
  const produced = (await Promise.all(sends)).flat();
  await producer.disconnect();
  return produced;
}

async function send(producer: Producer, topic: string, ids: readonly number[], partitions: number, maker: RecordMaker) {
  const values = ids.map((id) => ({ value: maker.value(id), partition: id % partitions }));
  const atMs = Date.now();
  const answers = await producer.send({ topic, acks: -1, messages: values });
  const next = new Map(answers.map(({ partition, baseOffset }) => [partition, Number(baseOffset)]));
  return ids.map((id): Produced => {
    const partition = id % partitions;
    const offset = next.get(partition) ?? Number.NaN;
    next.set(partition, offset + 1);
    return { id, partition, offset, atMs };
  });
}
