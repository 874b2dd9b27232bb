import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { install } from './install.ts';
import { type Progress, runCommand } from './run-command.ts';

/** The version named in `kafka.pom.xml`. */
export const kafkaVersion = '4.4.0';

/**
 * Puts the jars of a Kafka broker into `.millrace/` by Maven, once.
 *
 * @returns the folder that holds the jars
 */
export async function installKafka(progress?: Progress): Promise<string> {
  const pom = join(import.meta.dirname, 'kafka.pom.xml');
  return install(
    {
      name: `kafka-${kafkaVersion}`,
      stamp: await readFile(pom, 'utf8'),
      fill: (folder, report) =>
        runCommand(
          'mvn',
          ['-B', '-f', pom, 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${folder}`],
          report,
        ),
    },
    progress,
  );
}
