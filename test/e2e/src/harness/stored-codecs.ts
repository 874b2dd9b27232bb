import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
export type Codec = (typeof codecs)[number];

/**
 * The codecs of the batches that the broker has stored of a partition, read from its log segment: base offset (8 bytes),
 * length (4), leader epoch (4), magic (1), checksum (4), attributes (2), whose lowest three bits name the codec.
 */
export async function storedCodecs(kafkaData: string, topic: string, partition: number): Promise<Set<Codec>> {
  const segment = await readFile(join(kafkaData, 'log', `${topic}-${partition}`, '00000000000000000000.log'));
  const found = new Set<Codec>();
  for (let at = 0; at + 23 <= segment.length; at += 12 + segment.readInt32BE(at + 8)) {
    const codec = codecs[segment.readInt16BE(at + 21) & 7];
    if (codec) found.add(codec);
  }
  return found;
}
