// Runs in the schema-validator's container: waits until it has as many inserters as given, each with streams, none with
// two more than another. Prints a line once it watches, then the streams of each, and how long after being reachable each
// new one got its first.
import { setTimeout as delay } from 'node:timers/promises';

const wanted = Number(process.argv[2]);
const patienceMs = 150_000;
const lookMs = 50;

const started = performance.now();
const reachableAt = new Map();
const streamsAfterMs = {};
let isFirstLook = true;
for (;;) {
  const answer = await fetch('http://127.0.0.1:8084/status', { signal: AbortSignal.timeout(5_000) });
  const { servers } = (await answer.json()).inserter;
  const now = performance.now();
  for (const { address, ready, streams } of servers) {
    if (isFirstLook) reachableAt.set(address, undefined);
    if (ready && !reachableAt.has(address)) reachableAt.set(address, now);
    const since = reachableAt.get(address);
    if (since !== undefined && streams > 0) streamsAfterMs[address] ??= Math.round(now - since);
  }
  if (isFirstLook) console.log('watching');
  isFirstLook = false;
  const counts = servers.map(({ streams }) => streams);
  const isSpread = Math.min(...counts) > 0 && Math.max(...counts) - Math.min(...counts) <= 1;
  if (servers.length === wanted && servers.every(({ ready }) => ready) && isSpread) {
    console.log(JSON.stringify({ streams: counts, afterMs: Object.values(streamsAfterMs) }));
    break;
  }
  if (now - started > patienceMs) throw new Error(`not ${wanted} inserters with streams: ${JSON.stringify(servers)}`);
  await delay(lookMs);
}
