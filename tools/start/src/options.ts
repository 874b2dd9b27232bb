import { parseArgs } from 'node:util';

export interface Options {
  /** The user's own bootstrap servers; undefined: a Kafka is started. */
  readonly kafka: string | undefined;
  /** The user's own endpoint; undefined: a milvus-lite is started. */
  readonly milvus: string | undefined;
  readonly help: boolean;
}

export const usage = `npm start -- [--kafka HOST:PORT] [--milvus URL]

Starts Kafka, milvus-lite and the three services, then streams the demo.
With --kafka and --milvus it uses yours and creates nothing there.
MILVUS_TOKEN in the environment is the token for --milvus.`;

/** @throws TypeError for arguments that it does not know */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: { kafka: { type: 'string' }, milvus: { type: 'string' }, help: { type: 'boolean', default: false } },
  });
  return { kafka: values.kafka, milvus: values.milvus, help: values.help };
}
