import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { millraceFolder } from '@millrace/testing';

export interface Options {
  /** The user's own bootstrap servers; undefined: a Kafka is started. */
  readonly kafka: string | undefined;
  /** The user's own endpoint; undefined: a milvus-lite is started. */
  readonly milvus: string | undefined;
  /** Where data, logs and the connectors in use are kept; `.millrace` by default. */
  readonly folder: string;
  readonly help: boolean;
}

export const usage = `npm start -- [--kafka HOST:PORT] [--milvus URL] [--folder PATH]

Starts Kafka, milvus-lite and the three services, then streams the demo.
With --kafka and --milvus it uses yours and creates nothing there.
MILVUS_TOKEN in the environment is the token for --milvus.
--folder keeps data and logs elsewhere than in .millrace.`;

/** What the arguments ask for, or what is wrong with them. */
export function readOptions(args: readonly string[]): Options | string {
  try {
    const { kafka, milvus, folder, help } = parseArgs({
      args: [...args],
      options: {
        kafka: { type: 'string' },
        milvus: { type: 'string' },
        folder: { type: 'string', default: millraceFolder },
        help: { type: 'boolean', default: false },
      },
    }).values;
    return { kafka, milvus, folder: resolve(folder), help };
  } catch (error) {
    if (error instanceof TypeError) return error.message;
    throw error;
  }
}
