import type { Failure, OpenLane } from '@millrace/contracts';
import { type InserterCalls, type OpeningTimeout, type StripeListener, StripeStream } from './stripe-stream.ts';

export type StripesOpening = { readonly streams: readonly StripeStream[] } | { readonly failure: Failure };

/** Opens all stripes of a lane at once; if one cannot be opened, none is. Never rejects. */
export async function openStripes(
  inserter: InserterCalls,
  open: OpenLane,
  stripeCount: number,
  timeout: OpeningTimeout,
  listener: StripeListener,
): Promise<StripesOpening> {
  const openings = await Promise.all(
    Array.from({ length: stripeCount }, (_, stripe) =>
      StripeStream.open(inserter, { ...open, stripe, stripeCount }, timeout, listener),
    ),
  );
  const streams = openings.flatMap((opening) => ('stream' in opening ? [opening.stream] : []));
  const refused = openings.find((opening) => 'failure' in opening);
  if (!refused) return { streams };
  for (const stream of streams) stream.end();
  return refused;
}
