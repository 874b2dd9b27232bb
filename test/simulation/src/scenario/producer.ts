import type { RecordKind } from '../kafka/record-log.ts';
import { keysPerPartition } from '../milvus/write-changes.ts';
import type { Random } from '../world/random.ts';
import type { World } from '../world/world.ts';

/** Fills the log in bursts over about the given time. Returns whether that is done. */
export function produce(world: World, random: Random, spanMs: number): () => boolean {
  const { clock, log, settings } = world;
  const total = random.chance(0.9) ? random.int(50, 150) : random.int(300, 600);
  const keyCount = random.pick([1, 2, 4, 8]);
  const burstMax = random.pick([3, 10, 30]);
  const intervalMs = Math.max(1, Math.floor(spanMs / (total / (burstMax / 2))));
  let left = total;
  const kind = (): RecordKind => {
    const drawn = random.next();
    if (drawn < 0.04) return 'invalid';
    if (drawn < 0.07) return 'refused';
    return drawn < 0.14 && settings.insertMode === 'upsert' ? 'delete' : 'row';
  };
  const burst = () => {
    const partition = random.int(0, settings.partitionCount - 1);
    for (let count = random.int(1, burstMax); count > 0 && left > 0; count--) {
      left -= 1;
      const key = partition * keysPerPartition + random.int(0, keyCount - 1);
      log.append(partition, key, kind(), random.chance(0.05) ? random.int(1, 20) : 0);
    }
    if (random.chance(0.1)) log.appendControl(partition, 1);
    if (left > 0) clock.after(random.int(0, 2 * intervalMs), burst);
  };
  clock.after(random.int(0, 1_000), burst);
  return () => left === 0;
}
