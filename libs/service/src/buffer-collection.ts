import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 weigh the memory of buffers against that of the whole process when it decides to collect garbage. By itself it
 * weighs them against the objects in its heap, which here are few: each time that some ten megabytes of buffers have come
 * and gone it marks the whole heap, and spends more time on that than the records need (docs/performance.md).
 *
 * A flag of V8, which Node does not take in NODE_OPTIONS; it may be set while the process runs, as it is read at each
 * decision.
 */
export function weighBuffersGlobally(): void {
  setFlagsFromString('--external-memory-accounted-in-global-limit');
}
