import { readWordRecords, wordFields } from '../demo/word-records.ts';
import { ensureTopic, explainTopic, lagOf, type Progress, withProducer } from '../kafka.ts';
import { ensureCollection, withMilvus } from '../milvus.ts';
import { bold, dim, green, grouped, type Output } from '../output.ts';
import type { Settings } from '../settings.ts';
import { untilSettled } from '../settled.ts';
import { neighbours } from './search.ts';

const topic = 'words';
const collection = 'words';
const partitions = 4;
const batchRecords = 100;
const searched = ['coffee', 'paris', 'guitar', 'doctor'];

/** Streams about 2,000 word vectors into the collection `words`, shows rate and lag meanwhile, then searches for neighbours. */
export async function words(settings: Settings, connector: string, output: Output): Promise<void> {
  await withMilvus(settings, async (client) => {
    await ensureTopic(settings, topic, partitions);
    await ensureCollection(client, { name: collection, fields: wordFields, vectorField: 'vector', metric: 'COSINE' });
    const values = await readWordRecords();
    const view = progressView(values.length, output);
    const sending = sendAll(settings, values);
    let allSent = false;
    sending.then(
      () => {
        allSent = true;
      },
      () => {},
    );
    await Promise.all([
      sending,
      untilSettled(settings, {
        connector,
        topic,
        patienceMs: 90_000,
        seen: view.show,
        hasBegun: () => allSent,
        until: (progress) => lagOf(progress) === 0,
      }),
    ]);
    view.end();
    output.line();
    for (const word of searched) {
      const found = await neighbours(client, collection, word, 6);
      output.line(`    ${bold(word.padEnd(7))} ${dim('→')}  ${found.map(({ text }) => text).join(', ')}`);
    }
    output.line();
  });
}

async function sendAll(settings: Settings, values: readonly string[]): Promise<void> {
  await withProducer(settings, async (producer) => {
    for (let start = 0; start < values.length; start += batchRecords) {
      const messages = values.slice(start, start + batchRecords).map((value, i) => ({ key: String(start + i), value }));
      await producer.send({ topic, messages }).catch(explainTopic(topic));
    }
  });
}

const plainLineMs = 2_000;

/** A live line of what is done, how fast, and what lies before it; without a terminal a plain line now and then. */
function progressView(total: number, output: Output) {
  const started = performance.now();
  let shownAt = started;
  let first: number | undefined;
  const done = (progress: readonly Progress[]) =>
    progress.reduce((sum, { committed, start }) => sum + Number((committed ?? start) - start), 0);
  return {
    show(progress: readonly Progress[]): void {
      first ??= done(progress);
      const count = done(progress) - first;
      const now = performance.now();
      const rate = Math.round((count * 1_000) / Math.max(now - started, 1));
      const text = `  words  ${grouped(count)} of ${grouped(total)}   ${grouped(rate)} rec/s   lag ${grouped(lagOf(progress))}`;
      if (output.isTerminal) output.live(text);
      else if (now - shownAt > plainLineMs) {
        shownAt = now;
        output.line(text);
      }
    },
    end(): void {
      const seconds = (performance.now() - started) / 1_000;
      const rate = `${grouped(Math.round(total / seconds))} rec/s`;
      output.line(`${green('✓')} ${grouped(total)} word vectors in Milvus in ${seconds.toFixed(1)} s, ${rate}, lag 0`);
    },
  };
}
