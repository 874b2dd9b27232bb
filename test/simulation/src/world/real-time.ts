import type { Random } from './random.ts';

/**
 * Resolves when all promises that can go on have done so: Node runs what `nextTick` is given once no microtask is left.
 * What is simulated waits for nothing but promises and the simulated clock.
 */
export function drained(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

const forbidden = (): never => {
  throw new Error('what is simulated has no business with the real clock');
};

/**
 * Runs work with `Math.random` drawn from the seed, and with no way to the real time: whatever asks for that would make
 * a run differ from the next one.
 */
export async function withoutRealTime<Result>(random: Random, work: () => Promise<Result>): Promise<Result> {
  const { setTimeout, setImmediate } = globalThis;
  const { now } = Date;
  const { random: mathRandom } = Math;
  Object.assign(globalThis, { setTimeout: forbidden, setImmediate: forbidden });
  Date.now = forbidden;
  Math.random = () => random.next();
  try {
    return await work();
  } finally {
    Object.assign(globalThis, { setTimeout, setImmediate });
    Date.now = now;
    Math.random = mathRandom;
  }
}
