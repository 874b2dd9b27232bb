import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { install } from './install.ts';
import { type Progress, runCommand } from './run-command.ts';

/** The broker of the tests and of `npm start`. */
export const kafkaVersion = '4.4.0';

/** The last line of brokers before Kafka 4: what the consumer cannot do without is shown on it as well. */
export const olderKafkaVersion = '3.9.2';

export type KafkaVersion = typeof kafkaVersion | typeof olderKafkaVersion;

/**
 * Puts the jars of a Kafka broker into `.millrace/` by Maven, once.
 *
 * @returns the folder that holds the jars
 */
export async function installKafka(progress?: Progress, version: KafkaVersion = kafkaVersion): Promise<string> {
  const pom = join(import.meta.dirname, 'kafka.pom.xml');
  const goal = ['dependency:copy-dependencies', `-Dkafka.version=${version}`, '-DincludeScope=runtime'];
  return install(
    {
      name: `kafka-${version}`,
      stamp: await readFile(pom, 'utf8'),
      fill: (folder, report) => runCommand('mvn', ['-B', '-f', pom, ...goal, `-DoutputDirectory=${folder}`], report),
    },
    progress,
  );
}
