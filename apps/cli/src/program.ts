import type { Readable } from 'node:stream';
import { Command, InvalidArgumentError } from 'commander';
import { type DeadLettersOptions, deadLetters } from './commands/dead-letters.ts';
import { search } from './commands/search.ts';
import { send, sendLines } from './commands/send.ts';
import { status } from './commands/status.ts';
import { tutorial } from './commands/tutorial.ts';
import { words } from './commands/words.ts';
import type { Output } from './output.ts';
import { type Settings, settingOptions } from './settings.ts';

const tutorialConnector = 'zilliz-kafka-connect-milvus';

/** The command line; what it prints goes to `output`, what it reads comes from `input`. */
export function program(output: Output, input: Readable): Command {
  const root = new Command('millrace').description('Talks to Kafka, Milvus and the services of Millrace.');
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
  return root;
}

function positive(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 10_000) return count;
  throw new InvalidArgumentError('must be a whole number from 1 to 10000');
}
