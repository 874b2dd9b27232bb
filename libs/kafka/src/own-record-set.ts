/** Bytes that records may hold on to beyond twice their own. */
const slackBytes = 64 * 1024;

/** Whether what is wanted of some memory is so small a part of it that it has to be copied out, to let the rest go. */
export function isSmallPart(wantedBytes: number, heldBytes: number): boolean {
  return heldBytes > 2 * wantedBytes + slackBytes;
}

/**
 * The record set, in memory of its own where it is a small part of the response that it came in. That one may have 10 MB,
 * most of them of other partitions, and would stay in memory for as long as any record of it waits.
 */
export function ownRecordSet(bytes: Buffer): Buffer {
  if (!isSmallPart(bytes.length, bytes.buffer.byteLength)) return bytes;
  const own = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(own);
  return own;
}
