import { expect, test } from 'vitest';
import { FrameBuffers } from './frame-buffers.ts';

test('memory is lent again only when it was given back, and only for what fits', () => {
  const buffers = new FrameBuffers();
  const first = buffers.lend(1_000);
  expect(buffers.lend(1_000).buffer).not.toBe(first.buffer);
  buffers.giveBack(first.subarray(4));
  expect(buffers.lend(1_001).buffer).not.toBe(first.buffer);
  const again = buffers.lend(600);
  expect(again.buffer).toBe(first.buffer);
  expect(again.length).toBe(600);
  expect(buffers.lend(600).buffer).not.toBe(first.buffer);
});

test('what is given back twice, or was not lent here, is lent to nobody twice', () => {
  const buffers = new FrameBuffers();
  const lent = buffers.lend(1_000);
  buffers.giveBack(lent);
  buffers.giveBack(lent);
  expect(buffers.lend(1_000).buffer).toBe(lent.buffer);
  expect(buffers.lend(1_000).buffer).not.toBe(lent.buffer);
  const foreign = Buffer.alloc(1_000);
  buffers.giveBack(foreign);
  expect(buffers.lend(10).buffer).not.toBe(foreign.buffer);
});

test('one buffer is kept, the largest up to 16 MiB', () => {
  const buffers = new FrameBuffers();
  const lent = [1_000, 3_000, 2_000, 17 * 1024 * 1024].map((bytes) => buffers.lend(bytes));
  for (const each of lent) buffers.giveBack(each);
  expect(buffers.lend(1).buffer.byteLength).toBe(3_000);
  expect(buffers.lend(1).buffer.byteLength).toBe(1);
});
