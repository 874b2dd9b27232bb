import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { explainTopic, withProducer } from '../kafka.ts';
import { dim, type Output } from '../output.ts';
import type { Settings } from '../settings.ts';
import { newRecordTrace } from '../trace.ts';

const batchRecordsMax = 500;

/** Sends one value to the topic as it is, whether or not it is good JSON, and says where it was stored. */
export async function send(
  settings: Settings,
  topic: string,
  value: string,
  key: string | undefined,
  output: Output,
): Promise<void> {
  const trace = newRecordTrace(settings);
  const headers = trace.link === undefined ? {} : { ...trace.headers };
  const [stored] = await withProducer(settings, (producer) =>
    producer.send({ topic, messages: [{ key: key ?? null, value, headers }] }).catch(explainTopic(topic)),
  );
  output.line(`sent to ${topic}, partition ${stored?.partition}, offset ${stored?.baseOffset}`);
  if (trace.link) output.line(dim(`trace: ${trace.link}`));
}

/** Sends every line of the input that is not empty as one record. */
export async function sendLines(settings: Settings, topic: string, input: Readable, output: Output): Promise<void> {
  await withProducer(settings, async (producer) => {
    let sent = 0;
    let batch: { value: string }[] = [];
    const flush = async () => {
      if (batch.length === 0) return;
      await producer.send({ topic, messages: batch }).catch(explainTopic(topic));
      sent += batch.length;
      batch = [];
    };
    for await (const line of createInterface({ input })) {
      if (line.trim() === '') continue;
      batch.push({ value: line });
      if (batch.length === batchRecordsMax) await flush();
    }
    await flush();
    output.line(`sent ${sent} ${sent === 1 ? 'record' : 'records'} to ${topic}`);
  });
}
