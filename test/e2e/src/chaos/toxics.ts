import type { Toxic, ToxicStream } from '@millrace/testing';
import type { ToxicKind } from './history.ts';

/** Between two services of ours, or between an inserter and Milvus. */
export type Hop = 'services' | 'Milvus';

interface ToxicRule {
  readonly hop: Hop;
  /** `both`: the same is done both ways; otherwise the plan says which way. */
  readonly streams: 'both' | 'planned';
  readonly toxic: Omit<Toxic, 'stream'>;
}

const latency = { type: 'latency', attributes: { latency: 200, jitter: 200 } } as const;
/** In the middle of a message, and again on every new connection. */
const reset = { type: 'reset_peer', attributes: { timeout: 300 } } as const;
/** Bytes vanish as by a half-open connection. Nothing comes out later: the end of it closes the connection. */
const blackhole = { type: 'timeout', attributes: { timeout: 0 } } as const;

/**
 * What each kind does. Before Milvus nothing holds bytes back for longer than the margin of two seconds that the claim
 * assumes (docs/delivery.md): no narrow bandwidth, and no `hold`, which keeps bytes and lets them go when it ends.
 */
const toxicRules: Readonly<Record<ToxicKind, ToxicRule>> = {
  latency: { hop: 'services', streams: 'both', toxic: latency },
  reset: { hop: 'services', streams: 'planned', toxic: reset },
  slices: {
    hop: 'services',
    streams: 'both',
    toxic: { type: 'slicer', attributes: { average_size: 64, size_variation: 32, delay: 10 } },
  },
  blackhole: { hop: 'services', streams: 'planned', toxic: blackhole },
  bandwidth: { hop: 'services', streams: 'planned', toxic: { type: 'bandwidth', attributes: { rate: 64 } } },
  hold: { hop: 'services', streams: 'planned', toxic: { type: 'latency', attributes: { latency: 600_000 } } },
  'latency to Milvus': { hop: 'Milvus', streams: 'both', toxic: latency },
  'reset to Milvus': { hop: 'Milvus', streams: 'planned', toxic: reset },
  'slices to Milvus': {
    hop: 'Milvus',
    streams: 'both',
    toxic: { type: 'slicer', attributes: { average_size: 512, size_variation: 256, delay: 0 } },
  },
  'blackhole to Milvus': { hop: 'Milvus', streams: 'planned', toxic: blackhole },
};

export const hopOf = (kind: ToxicKind): Hop => toxicRules[kind].hop;

/** What is to be added to a link; `stream` is the way that the plan chose. */
export function toxicsOf(kind: ToxicKind, stream: ToxicStream): Toxic[] {
  const { streams, toxic } = toxicRules[kind];
  const ways: readonly ToxicStream[] = streams === 'both' ? ['upstream', 'downstream'] : [stream];
  return ways.map((way) => ({ ...toxic, stream: way }));
}
