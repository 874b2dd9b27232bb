import { spawnSync } from 'node:child_process';
import { install } from './install.ts';
import { type Progress, runCommand } from './run-command.ts';

const moduleSpec = 'github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0';

/** What its module asks for. */
const goVersionMin = '1.23';

/** There is no Go to build toxiproxy with. */
export class MissingGoError extends Error {
  constructor(found: string) {
    super(
      [
        `toxiproxy is built with Go ${goVersionMin} or newer (${found})`,
        '  Debian, Ubuntu:  sudo apt-get install golang-go   (where that is new enough)',
        '  else:            https://go.dev/dl',
      ].join('\n'),
    );
    this.name = 'MissingGoError';
  }
}

/**
 * Builds toxiproxy into `.millrace/` with Go, once. The checksum database of Go vouches for the source.
 *
 * @returns the folder that holds `server`
 * @throws MissingGoError
 */
export async function installToxiproxy(progress?: Progress): Promise<string> {
  return install(
    {
      name: 'toxiproxy-2.12.0',
      stamp: moduleSpec,
      fill: (folder, report) => {
        const version = goVersion();
        if (!isNewEnough(version)) throw new MissingGoError(version === '' ? 'not found' : `found ${version}`);
        return runCommand('env', [`GOBIN=${folder}`, 'go', 'install', moduleSpec], report);
      },
    },
    progress,
  );
}

/** Whether this machine can build it. */
export const canBuildToxiproxy = (): boolean => isNewEnough(goVersion());

/** Empty where there is no Go. */
function goVersion(): string {
  const { status, stdout } = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : '';
}

/** @param version as Go tells it, such as `go1.26.8` */
export function isNewEnough(version: string): boolean {
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(version) ?? [];
  const [majorMin, minorMin] = goVersionMin.split('.').map(Number);
  return Number(major) > Number(majorMin) || (Number(major) === majorMin && Number(minor) >= Number(minorMin));
}
