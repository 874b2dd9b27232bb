import { isDeepStrictEqual } from 'node:util';
import { CliError } from '../cli-error.ts';
import { tutorialFields, tutorialRecord } from '../demo/tutorial-record.ts';
import { ensureTopic, explainTopic, withProducer } from '../kafka.ts';
import { ensureCollection, readEntities, withMilvus } from '../milvus.ts';
import { vectorText } from '../number-text.ts';
import { bold, green, type Output, pairs } from '../output.ts';
import type { Settings } from '../settings.ts';
import { untilSettled } from '../settled.ts';
import { newRecordTrace } from '../trace.ts';

const topic = 'topic_0';
const collection = 'topic_0';

/**
 * Does the tutorial of kafka-connect-milvus: creates the topic and the collection where they are missing, sends its record,
 * waits until the connector has committed it and reads the entity back.
 *
 * @throws CliError when the entity is not there, or is not what was sent
 */
export async function tutorial(settings: Settings, connector: string, output: Output): Promise<void> {
  await withMilvus(settings, async (client) => {
    const madeTopic = await ensureTopic(settings, topic);
    const plan = { name: collection, fields: tutorialFields, vectorField: 'title_vector', metric: 'L2' as const };
    const madeCollection = await ensureCollection(client, plan);
    output.line(`${green('✓')} topic ${bold(topic)} ${madeTopic ? 'created' : 'is there'}`);
    output.line(`${green('✓')} collection ${bold(collection)} ${madeCollection ? 'created' : 'is there'}`);

    const trace = newRecordTrace(settings);
    const [stored] = await withProducer(settings, (producer) =>
      producer
        .send({ topic, messages: [{ value: JSON.stringify(tutorialRecord), headers: { ...trace.headers } }] })
        .catch(explainTopic(topic)),
    );
    const { partition = 0, baseOffset = '0' } = stored ?? {};
    output.line(`${green('✓')} record sent to ${topic}, partition ${partition}, offset ${baseOffset}`);

    output.live('  waiting for the connector …');
    const isPast = (committed: bigint | undefined) => committed !== undefined && committed > BigInt(baseOffset);
    await untilSettled(settings, {
      connector,
      topic,
      patienceMs: 90_000,
      until: (progress) => progress.some((one) => one.partition === partition && isPast(one.committed)),
    });
    const [entity] = await readEntities(client, collection, `id == ${tutorialRecord.id}`);
    if (entity === undefined) {
      throw new CliError(
        `the record is not in ${collection}: see \`npx millrace dead-letters ${connector}.dead-letters\``,
      );
    }
    if (!isSame(entity)) throw new CliError(`what was read back is not what was sent: ${JSON.stringify(entity)}`);
    output.line(`${green('✓')} read back from Milvus, equal to what was sent:`);
    output.line();
    const values = Object.keys(tutorialRecord).map((name) => [name, shown(entity[name])] as const);
    for (const line of pairs(values, 4)) output.line(line);
    output.line();
    if (trace.link) output.line(`  its trace: ${trace.link}\n`);
  });
}

/** Vectors are single precision in Milvus, and Int64 comes as text. */
function isSame(entity: Record<string, unknown>): boolean {
  const expected = {
    ...tutorialRecord,
    id: String(tutorialRecord.id),
    title_vector: tutorialRecord.title_vector.map(Math.fround),
  };
  return Object.entries(expected).every(([name, value]) => isDeepStrictEqual(entity[name], value));
}

const shown = (value: unknown): string => (Array.isArray(value) ? vectorText(value.map(Number)) : String(value));
