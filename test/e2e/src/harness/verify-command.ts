import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
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
}

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
    const child = spawn(process.execPath, [main, 'verify', connector, '--json', file, ...args], {
      cwd: projectRoot,
      env: { PATH: process.env.PATH, ...pipeline.commandEnvironment, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [out, errors] = [chunksOf(child.stdout), chunksOf(child.stderr)];
    const exitCode = await new Promise<number | null>((resolve, reject) =>
      child.once('error', reject).once('close', resolve),
    );
    const written = await readFile(file, 'utf8').catch(() => undefined);
    return {
      exitCode,
      text: Buffer.concat([...out, ...errors]).toString('utf8'),
      report: written === undefined ? undefined : JSON.parse(written),
    };
  } finally {
    await folder.remove();
  }
}

function chunksOf(stream: NodeJS.ReadableStream): Buffer[] {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return chunks;
}
