import { type Clock, systemClock } from '@millrace/delivery';

/** Waits until `work` has ended, one way or the other, `timeoutMs` at most; what is not done by then goes on unseen. */
export async function within(timeoutMs: number, work: Promise<unknown>, clock: Clock = systemClock): Promise<void> {
  await new Promise<void>((resolve) => {
    const cancel = clock.after(timeoutMs, resolve);
    const end = () => {
      cancel();
      resolve();
    };
    work.then(end, end);
  });
}
