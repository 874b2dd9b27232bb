import { hash } from 'node:crypto';

/** 64 bits of a primary key in one collection, as two halves. */
export interface KeyHash {
  readonly high: number;
  readonly low: number;
}

/** The hash of a key in its normal form. Two of a million keys share one with a probability of about 3 in 100,000,000. */
export function hashKey(collection: number, key: string): KeyHash {
  const digest = hash('sha1', `${collection} ${key}`, 'buffer');
  return { high: digest.readUInt32LE(0), low: digest.readUInt32LE(4) };
}

/**
 * The lower half for one unit of a key in one lane. The upper half stays, so that all units of a key are in one range of
 * hashes; mixing keeps different keys apart as they were.
 */
export function unitLow({ low }: KeyHash, lane: number, unit: string): number {
  let mixed = low ^ Math.imul(lane + 1, 0x9e3779b1);
  for (let at = 0; at < unit.length; at++) mixed = Math.imul(mixed ^ unit.charCodeAt(at), 0x01000193) + 1;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
