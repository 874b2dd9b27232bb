import { parseArgs } from 'node:util';

export interface Options {
  /** The compose command, its first word the program. */
  readonly compose: readonly string[];
  /** Records per second of the load. */
  readonly rate: number;
  /** Services that are left out, where their images do not run. */
  readonly without: readonly string[];
  /** File for the verdict as JSON. */
  readonly json: string | undefined;
  readonly help: boolean;
}

/** What the round can do without: nothing but its own step needs it. */
const spared = ['grafana'];

export const usage = `npm run compose-round -- [--rate N] [--without grafana] [--json FILE]

Starts docker-compose.yml as a project of its own (millrace-round), sends the tutorial's record and a load, scales the
inserter from 1 to 4 and back, kills one, stops Jaeger and Prometheus for a while, compares what arrived with what was
sent, and takes everything down, with its volumes. The ports of docker-compose.yml have to be free.

--rate N           records per second of the load, 200 without it
--without grafana  leaves it out
--json FILE        also writes the verdict to a file
COMPOSE            the compose command, in words separated by blanks; \`docker compose\` without it

Exits with 0 when every step passed, 1 when one failed, 2 on wrong arguments, 78 when it could not begin.`;

/** What the arguments and the environment ask for, or what is wrong with them. */
export function readOptions(args: readonly string[], environment: Readonly<NodeJS.ProcessEnv>): Options | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        rate: { type: 'string', default: '200' },
        without: { type: 'string', multiple: true, default: [] },
        json: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    const unknown = values.without.find((name) => !spared.includes(name));
    if (unknown !== undefined) return `--without takes ${spared.join(', ')}, not ${unknown}`;
    if (!/^[1-9]\d{0,5}$/.test(values.rate)) return '--rate must be a whole number from 1 to 999999';
    const words = (environment.COMPOSE ?? '').split(/\s+/).filter(Boolean);
    return {
      compose: words.length > 0 ? words : ['docker', 'compose'],
      rate: Number(values.rate),
      without: values.without,
      json: values.json,
      help: values.help,
    };
  } catch (error) {
    if (error instanceof TypeError) return error.message;
    throw error;
  }
}
