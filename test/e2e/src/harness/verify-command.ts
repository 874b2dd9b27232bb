import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { projectRoot, temporaryFolder } from '@millrace/testing';
import type { Pipeline } from './pipeline.ts';

/** The file that `millrace verify --json` writes. */
export interface VerifyFile {
  readonly records: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly findings: readonly {
    readonly state: string;
    readonly topic: string;
    readonly partition: number;
    readonly offset: string;
    readonly key?: string;
    readonly why: string;
  }[];
  readonly passes: number;
  readonly seconds: number;
}

export interface Verified {
  readonly exitCode: number | null;
  /** What it printed, standard error behind standard output. */
  readonly text: string;
  /** Undefined where it did not get so far. */
  readonly report: VerifyFile | undefined;
  /** The most memory that the process ever had (resident). */
  readonly peakBytes: number;
}

/** The process tells its peak itself when it ends; `getrusage` counts in KiB. */
const tellPeak = `data:text/javascript,${encodeURIComponent(
  "import { writeSync } from 'node:fs'; process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS)));",
)}`;

/** Runs `millrace verify` as a process of its own. */
export async function verifyConnector(
  pipeline: Pipeline,
  connector: string,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Verified> {
  const folder = await temporaryFolder('verify');
  try {
    const file = join(folder.path, 'report.json');
    const main = join(projectRoot, 'apps/cli/src/main.ts');
    const child = spawn(process.execPath, ['--import', tellPeak, main, 'verify', connector, '--json', file, ...args], {
      cwd: projectRoot,
      env: { PATH: process.env.PATH, ...pipeline.commandEnvironment, ...environment },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    const [out, errors, peak] = [child.stdout, child.stderr, child.stdio[3]].map(chunksOf);
    const exitCode = await new Promise<number | null>((resolve, reject) =>
      child.once('error', reject).once('close', resolve),
    );
    const written = await readFile(file, 'utf8').catch(() => undefined);
    return {
      exitCode,
      text: textOf(out) + textOf(errors),
      peakBytes: Number(textOf(peak)) * 1024,
      report: written === undefined ? undefined : JSON.parse(written),
    };
  } finally {
    await folder.remove();
  }
}

const textOf = (chunks: readonly Buffer[] = []): string => Buffer.concat(chunks).toString('utf8');

function chunksOf(stream: Readable | Writable | null | undefined): Buffer[] {
  const chunks: Buffer[] = [];
  stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return chunks;
}
