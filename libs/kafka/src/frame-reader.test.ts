import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameReader } from './frame-reader.ts';

function frameOf(length: number, seed: number): Buffer {
  const frame = Buffer.alloc(4 + length, seed % 251);
  frame.writeInt32BE(length);
  return frame;
}

/** As a socket does it: `sizes` tell how much comes at a time. */
function pass(stream: Buffer, sizes: readonly number[]): Buffer[] {
  const frames: Buffer[] = [];
  const reader = new FrameReader((frame) => frames.push(frame));
  for (let at = 0, turn = 0; at < stream.length; turn++) {
    const bytes = Math.min(sizes[turn % sizes.length] ?? 1, reader.space.length, stream.length - at);
    stream.copy(reader.space, 0, at, at + bytes);
    reader.filled(bytes);
    at += bytes;
  }
  return frames;
}

const length = fc.oneof(
  fc.nat({ max: 40 }),
  fc.constantFrom(65_531, 65_532, 65_533, 65_536, 131_072),
  fc.nat({ max: 300_000 }),
);
const size = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1_000, max: 200_000 }));

test('responses are cut apart however they come', () => {
  fc.assert(
    fc.property(
      fc.array(length, { maxLength: 8 }),
      fc.array(size, { minLength: 1, maxLength: 6 }),
      (lengths, sizes) => {
        const sent = lengths.map(frameOf);
        const stream = Buffer.concat(sent);
        // Byte by byte through megabytes takes too long.
        const coarse = stream.length > 100_000 ? sizes.map((each) => each + 4_000) : sizes;
        const frames = pass(stream, coarse);
        expect(frames.map(({ length: bytes }) => bytes)).toEqual(sent.map(({ length: bytes }) => bytes));
        for (const [index, frame] of frames.entries()) expect(frame.equals(sent[index] ?? Buffer.alloc(0))).toBe(true);
      },
    ),
    { numRuns: 60 },
  );
});

test('a large response is in a buffer of its own, of its size, and a small one does not keep the place it was read in', () => {
  const [small, large, next] = pass(Buffer.concat([frameOf(10, 1), frameOf(1_000_000, 2), frameOf(10, 3)]), [50_000]);
  expect(large?.buffer.byteLength).toBe(1_000_004);
  expect(small?.subarray(4)).toEqual(Buffer.alloc(10, 1));
  expect(next?.subarray(4)).toEqual(Buffer.alloc(10, 3));
});

test('a length that no response has is refused before anything is made of it', () => {
  for (const bytes of [-1, -(2 ** 31), 2 ** 31 - 1]) {
    const head = Buffer.alloc(4);
    head.writeInt32BE(bytes);
    expect(() => pass(head, [4])).toThrow(`announces a response of ${bytes} bytes`);
  }
});
