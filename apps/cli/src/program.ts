import type { Readable } from 'node:stream';
import { Command, InvalidArgumentError } from 'commander';
import { type DeadLettersOptions, deadLetters } from './commands/dead-letters.ts';
import type { LoadOptions } from './commands/load.ts';
import { search } from './commands/search.ts';
import { send, sendLines } from './commands/send.ts';
import { status } from './commands/status.ts';
import { tutorial } from './commands/tutorial.ts';
import type { VerifyOptions } from './commands/verify.ts';
import { words } from './commands/words.ts';
import type { Output } from './output.ts';
import { type Settings, settingOptions } from './settings.ts';
import { parseBounds } from './verify/range-bounds.ts';
import { type VerifySettings, verifySettingOptions } from './verify/verify-settings.ts';

const tutorialConnector = 'zilliz-kafka-connect-milvus';

/** The command line; what it prints goes to `output`, what it reads comes from `input`. */
export function program(output: Output, input: Readable): Command {
  // Commander would end the process itself, with 1 for wrong arguments, which has other meanings here.
  const root = new Command('millrace')
    .description('Talks to Kafka, Milvus and the services of Millrace.')
    .exitOverride();
  const command = (usage: string, description: string): Command => {
    const made = root.command(usage).description(description);
    for (const option of settingOptions) made.addOption(option);
    return made;
  };
  const settingsOf = (made: Command) => made.opts<Settings>();

  command('tutorial', 'create topic_0 and its collection, send a record, read its entity back')
    .option('--connector <name>', 'the connector that streams it', tutorialConnector)
    .action((options: { connector: string }, made: Command) => tutorial(settingsOf(made), options.connector, output));
  command('words', 'stream about 2,000 word vectors into the collection `words` and search it')
    .option('--connector <name>', 'the connector that streams them', 'words')
    .action((options: { connector: string }, made: Command) => words(settingsOf(made), options.connector, output));
  command('send', 'send a record; without a value, every line of the input')
    .argument('<topic>')
    .argument('[value]', 'sent as it is, good or broken')
    .option('--key <text>', 'key of the record')
    .action((topic: string, value: string | undefined, { key }: { key?: string }, made: Command) =>
      value === undefined
        ? sendLines(settingsOf(made), topic, input, output)
        : send(settingsOf(made), topic, value, key, output),
    );
  command('load', 'send records at a steady rate, each with a trace, some of them broken')
    .argument('<topic>', 'it and the collection of its name are created where they are missing')
    .option('--rate <count>', 'records per second', wholeNumber(1, 1_000_000), 200)
    .option('--dim <count>', 'numbers of each vector', wholeNumber(1, 32_768), 8)
    .option('--keys <count>', 'how many different keys', wholeNumber(1, 2 ** 31), 10_000)
    .option('--bad-share <share>', 'share of records that no collection takes', share, 0)
    .option('--partitions <count>', 'of a topic that is created', wholeNumber(1, 1_000), 1)
    .option('--seconds <count>', 'end after this time', wholeNumber(1, 2 ** 31))
    .option('--count <count>', 'end after so many records', wholeNumber(1, 2 ** 31))
    .addHelpText(
      'after',
      '\nEnds with Ctrl-C unless --seconds or --count ends it. The spans of the records go where OTEL_EXPORTER_OTLP_ENDPOINT\nsays; OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG say which.',
    )
    .action(async (topic: string, options: LoadOptions, made: Command) => {
      // OpenTelemetry takes longer to load than the other commands to run.
      const { load } = await import('./commands/load.ts');
      await untilAsked((signal) => load(settingsOf(made), topic, options, output, signal));
    });
  command('dead-letters', 'show the last records of a dead letter topic, with their errors')
    .argument('<topic>')
    .option('--last <count>', 'how many at most', positive, 5)
    .option('--full', 'also the whole record, with all its headers', false)
    .action((topic: string, options: DeadLettersOptions, made: Command) =>
      deadLetters(settingsOf(made), topic, options, output),
    );
  command('status', 'show the state of the connectors; exits with 1 unless all of them run')
    .argument('[connector]')
    .action(async (connector: string | undefined, _options: unknown, made: Command) => {
      if (!(await status(settingsOf(made), connector, output))) process.exitCode = 1;
    });
  command('search', 'show the nearest neighbours of the entity that holds a text')
    .argument('<collection>')
    .argument('<text>')
    .option('--limit <count>', 'how many', positive, 8)
    .action((collection: string, text: string, { limit }: { limit: number }, made: Command) =>
      search(settingsOf(made), collection, text, limit, output),
    );
  const verifying = command(
    'verify',
    'compare what a connector has read with Milvus and the dead letter topic, offset by offset',
  )
    .argument('<connector>')
    .option('--from <where>', 'first offset or moment, of all partitions or as 0=<offset>,1=<offset>', parseBounds)
    .option('--to <where>', 'where it ends, likewise; without it, what the group has committed', parseBounds)
    .option('--repair', 'write again what is missing or stale, and look again', false)
    .option('--extra', 'also look for rows whose keys no record has', false)
    .option('--json <file>', 'also write the report to a file')
    .option('--memory-mb <size>', 'for the table of keys; smaller means more passes over the topics', memoryMb, 256)
    .addHelpText(
      'after',
      '\nExits with 0 when every offset is accounted for, 1 when any is missing or stale, 2 on wrong arguments,\n69 when a server does not answer, 78 on a wrong configuration.',
    )
    .action(async (connector: string, options: VerifyOptions, made: Command) => {
      const explicit = {
        kafka: made.getOptionValueSource('kafka') !== 'default',
        milvus: made.getOptionValueSource('milvus') === 'cli',
      };
      // It speaks gRPC, which takes longer to load than the other commands to run.
      const { verify } = await import('./commands/verify.ts');
      if (!(await verify(made.opts<VerifySettings>(), explicit, connector, options, output))) process.exitCode = 1;
    });
  for (const option of verifySettingOptions) verifying.addOption(option);
  return root;
}

function memoryMb(text: string): number {
  const size = Number(text);
  if (size >= 0.01 && size <= 65_536) return size;
  throw new InvalidArgumentError('must be a number from 0.01 to 65536');
}

/** Of what is shown. */
const positive = wholeNumber(1, 10_000);

function wholeNumber(from: number, to: number) {
  return (text: string): number => {
    const count = Number(text);
    if (text.trim() !== '' && Number.isInteger(count) && count >= from && count <= to) return count;
    throw new InvalidArgumentError(`must be a whole number from ${from} to ${to}`);
  };
}

function share(text: string): number {
  const part = Number(text);
  if (text.trim() !== '' && part >= 0 && part <= 1) return part;
  throw new InvalidArgumentError('must be a number from 0 to 1');
}

/** Runs what goes on until the user ends it; a second signal ends it at once. */
async function untilAsked(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const asked = new AbortController();
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const name of signals) process.once(name, () => asked.abort());
  await work(asked.signal);
}
