import type { Failure, OpenLane } from '@millrace/contracts';
import type { FailureCode } from '@millrace/errors';
import { type InserterCalls, type OpeningTimeout, type StripeListener, StripeStream } from './stripe-stream.ts';

export type StripesOpening = { readonly streams: readonly StripeStream[] } | { readonly failure: Failure };

/**
 * Opens the stripes of a lane, all at once. Those that an inserter has no room for are left out, but for the first one,
 * without which there is no lane; any other refusal is the lane's. Never rejects.
 */
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
  const refused = openings.find(
    (opening, stripe) => 'failure' in opening && (stripe === 0 || !isFull(opening.failure)),
  );
  if (!refused || !('failure' in refused)) return { streams };
  for (const stream of streams) stream.end();
  return refused;
}

function isFull({ code }: Failure): boolean {
  return code === ('lane.no_grant' satisfies FailureCode);
}
