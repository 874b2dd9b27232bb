/**
 * What a refusal of Milvus asks for.
 *
 *   later       the server says that it passes: try again in place, with backoff, inside not_after
 *   wait        a quota, a water level, a missing node: not in place; the lane waits and probes
 *   schema      the collection changed: describe again, encode again
 *   split       the request is too large: write it in parts
 *   data        a row is bad: find it by bisection
 *   operator    somebody has to act; nothing was written
 *   indefinite  nobody knows whether it was or will be written
 */
export type MilvusClass = 'later' | 'wait' | 'schema' | 'split' | 'data' | 'operator' | 'indefinite';
