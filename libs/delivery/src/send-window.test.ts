import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SendWindow } from './send-window.ts';

const batch = (byteCount: number, notAfterMs = 0) => ({ byteCount, notAfterMs });

test('batches and bytes are limited, and an answer makes room', () => {
  const window = new SendWindow({ batches: 3, bytes: 100 });
  expect(window.send(batch(40))).toBe(1);
  expect(window.send(batch(40))).toBe(2);
  expect(window.hasRoomFor(20)).toBe(true);
  expect(window.hasRoomFor(21)).toBe(false);
  expect(window.send(batch(20))).toBe(3);
  expect(window.hasRoomFor(0)).toBe(false);
  expect(window.answer(1)?.byteCount).toBe(40);
  expect(window.bytes).toBe(60);
  expect(window.hasRoomFor(40)).toBe(true);
});

test('one batch may always go, however large', () => {
  const window = new SendWindow({ batches: 1, bytes: 10 });
  expect(window.hasRoomFor(1_000)).toBe(true);
  window.send(batch(1_000));
  expect(window.hasRoomFor(1)).toBe(false);
  window.answer(1n);
  expect(window.hasRoomFor(1_000)).toBe(true);
});

test('an answer that is not for the oldest batch is none', () => {
  const window = new SendWindow({ batches: 3, bytes: 100 });
  expect(window.answer(1)).toBeUndefined();
  window.send(batch(1));
  window.send(batch(1));
  expect(window.answer(2)).toBeUndefined();
  expect(window.answer(0)).toBeUndefined();
  expect(window.unanswered).toHaveLength(2);
  window.answer(1);
  expect(window.answer(1)).toBeUndefined();
});

test('the latest expiry counts every batch ever sent, also those answered', () => {
  const window = new SendWindow({ batches: 3, bytes: 100 });
  expect(window.latestNotAfterMs).toBe(0);
  window.send(batch(1, 500));
  window.send(batch(1, 300));
  expect(window.latestNotAfterMs).toBe(500);
  window.answer(1);
  window.answer(2);
  expect(window.latestNotAfterMs).toBe(500);
});

test('bytes are those of the unanswered batches, and never beyond the limit but for a lone batch', () => {
  const limits = { batches: 4, bytes: 100 };
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 150 })), { maxLength: 100 }), (steps) => {
      const window = new SendWindow(limits);
      let answered = 0;
      for (const step of steps) {
        if (step === null) {
          if (window.answer(answered + 1)) answered += 1;
        } else if (window.hasRoomFor(step)) window.send(batch(step));
        const { unanswered } = window;
        expect(window.bytes).toBe(unanswered.reduce((sum, { byteCount }) => sum + byteCount, 0));
        expect(unanswered.length).toBeLessThanOrEqual(limits.batches);
        if (unanswered.length > 1) expect(window.bytes).toBeLessThanOrEqual(limits.bytes);
      }
    }),
  );
});
