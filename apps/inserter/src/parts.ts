// What the simulation runs of this service, beside fakes of its own.
export { CollectionRegister } from './collection-register.ts';
export type { Described, Description } from './collections.ts';
export { Events } from './events.ts';
export { failureOf } from './failures.ts';
export { Grants } from './grants.ts';
export { KnownRefusals } from './known-refusals.ts';
export { LaneService } from './lane-service.ts';
export type { WriteAnswer, WriteCall } from './milvus-client.ts';
export { MilvusWriter } from './milvus-writer.ts';
export { identityOf, type ResolvedTarget, Targets } from './targets.ts';
