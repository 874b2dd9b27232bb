// What the simulation runs of this service, beside fakes of its own.
export { Events } from './events.ts';
export { Grants } from './grants.ts';
export { InserterUnreachable } from './inserter-client.ts';
export { LaneService } from './lane-service.ts';
export { SchemaCache } from './schema-cache.ts';
