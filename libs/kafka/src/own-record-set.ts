import type { RawRecordSet } from './record-set.ts';

/** Bytes that records may hold on to beyond twice their own. */
const slackBytes = 64 * 1024;

/**
 * The set, in memory of its own where it is a small part of the response that it came in. That one may have 10 MB, most of
 * them of other partitions, and would stay in memory for as long as any record of it waits.
 */
export function ownRecordSet(raw: RawRecordSet): RawRecordSet {
  const { bytes } = raw;
  if (bytes.buffer.byteLength <= 2 * bytes.length + slackBytes) return raw;
  const own = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(own);
  return { ...raw, bytes: own };
}
