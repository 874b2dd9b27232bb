import { connectorNames, connectorStatus, describeStatus } from '../connector-status.ts';
import type { Output } from '../output.ts';
import type { Settings } from '../settings.ts';

/** Prints the state of one connector, or of all, and why one has failed. @returns whether all of them run */
export async function status(settings: Settings, connector: string | undefined, output: Output): Promise<boolean> {
  const names = connector === undefined ? await connectorNames(settings) : [connector];
  if (names.length === 0) output.line('the consumer has no connector');
  let allRun = true;
  for (const name of names) {
    const found = await connectorStatus(settings, name);
    for (const line of describeStatus(found, output.draws)) output.line(line);
    allRun &&= [found.connector, ...found.tasks].every(({ state }) => state === 'RUNNING');
  }
  return allRun;
}
