import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { install } from './install.ts';

import { type Progress, runCommand } from './run-command.ts';

/** The oldest one that the rules and dashboards are tried with: Debian 12's. */
const versionMin = '2.42';

/**
 * Into the folder, with package lists of its own: a fresh machine has none, and those of the machine are root's to change.
 * Whoever is root needs no other user to download as.
 */
const download = `
set -e
cd "$1"
mkdir -p apt/lists/partial apt/archives/partial
own="-o Dir::State=$1/apt -o Dir::State::Lists=$1/apt/lists -o Dir::State::status=/var/lib/dpkg/status"
own="$own -o Dir::Cache=$1/apt -o Dir::Cache::archives=$1/apt/archives -o APT::Sandbox::User=root"
apt-get -q $own update
apt-get -q $own download prometheus`;

/** There is no Prometheus, and no package of Debian to take one from. */
export class MissingPrometheusError extends Error {
  constructor(cause: unknown) {
    super(
      [
        `Prometheus ${versionMin} or newer is needed: ${cause instanceof Error ? cause.message : String(cause)}`,
        '  Debian, Ubuntu:  it is taken from the package prometheus of the sources that apt knows, without installing that',
        '  else:            https://prometheus.io/download, and MILLRACE_PROMETHEUS=<the folder with prometheus and promtool>',
      ].join('\n'),
      { cause },
    );
    this.name = 'MissingPrometheusError';
  }
}

/**
 * The folder that holds `prometheus` and `promtool`: that of MILLRACE_PROMETHEUS, or those of Debian's package, unpacked
 * into `.millrace/` once and not installed. apt checks the package's signature.
 *
 * @throws MissingPrometheusError
 */
export async function installPrometheus(progress?: Progress): Promise<string> {
  try {
    const bin = process.env.MILLRACE_PROMETHEUS || join(await unpacked(progress), 'usr/bin');
    const found = spawnSync(join(bin, 'promtool'), ['--version'], { encoding: 'utf8' });
    if (found.error) throw found.error;
    if (!isPrometheusNewEnough(found.stdout)) throw new Error(`found ${found.stdout.split('\n')[0]}`);
    return bin;
  } catch (error) {
    throw new MissingPrometheusError(error);
  }
}

function unpacked(progress: Progress | undefined): Promise<string> {
  return install(
    {
      name: 'prometheus',
      stamp: `Debian's package, ${versionMin} or newer`,
      async fill(folder, report) {
        await runCommand('sh', ['-c', download, 'sh', folder], report);
        const [archive] = readdirSync(folder).filter((name) => name.endsWith('.deb'));
        if (archive === undefined) throw new Error('apt-get downloaded no package');
        await runCommand('dpkg', ['-x', join(folder, archive), folder], report);
        await rm(join(folder, archive));
        await rm(join(folder, 'apt'), { recursive: true, force: true });
      },
    },
    progress,
  );
}

/** @param version as promtool tells it, such as `promtool, version 2.42.0+ds` */
export function isPrometheusNewEnough(version: string): boolean {
  const [, major, minor] = /version (\d+)\.(\d+)/.exec(version) ?? [];
  const [majorMin, minorMin] = versionMin.split('.').map(Number);
  return Number(major) > Number(majorMin) || (Number(major) === majorMin && Number(minor) >= Number(minorMin));
}
