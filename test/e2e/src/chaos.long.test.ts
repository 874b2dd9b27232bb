import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canBuildToxiproxy, canRunMilvus, temporaryFolder } from '@millrace/testing';
import { expect, it } from 'vitest';
import type { ChaosReport } from './chaos/report.ts';
import { startChaos } from './chaos/start-chaos.ts';

const faults = [
  '--kills',
  '10',
  '--pauses',
  '4',
  '--rebalances',
  '10',
  '--broker-restarts',
  '2',
  '--milvus-restarts',
  '2',
  '--toxics',
  canBuildToxiproxy() ? '1' : '0',
];

it.runIf(canRunMilvus)(
  'loses nothing and leaves nothing stale in a chaos run of middle size',
  {
    timeout: 1_500_000,
  },
  async () => {
    const folder = await temporaryFolder('chaos-report');
    const jsonFile = join(folder.path, 'report.json');
    const { lines, ended } = startChaos('--long', '--updates', '5', ...faults, '--budget', '1000', '--json', jsonFile);
    expect(await ended, lines.join('\n')).toBe(0);
    const report: ChaosReport = JSON.parse(readFileSync(jsonFile, 'utf8'));
    await folder.remove();
    expect(report).toMatchObject({ verdict: 'nothing wrong', violations: [], partitions: 12 });
    expect(report.finished).toBeGreaterThanOrEqual(20_000);
    expect(report.records).toBeGreaterThanOrEqual(100_000);
    expect(report.faults.kill.hit).toBeGreaterThanOrEqual(10);
    console.info(lines.slice(lines.indexOf('') + 1).join('\n'));
  },
);
