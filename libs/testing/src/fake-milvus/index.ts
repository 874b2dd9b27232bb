export { decodeRows, type FakeRow } from './decode-rows.ts';
export { applyTo, type FakeKey, type FakeTable, tableOf } from './effects.ts';
export { describeAnswer, type FakeCollection, type FakeField } from './fake-collection.ts';
export {
  type FakeMilvus,
  type FakeMilvusOptions,
  type FakeReply,
  type FakeScript,
  type FakeWrite,
  milvusService,
  startFakeMilvus,
} from './fake-milvus.ts';
export { decodeDeleteWithSdk, type SdkDelete } from './sdk-deletes.ts';
export { decodeRowsWithSdk } from './sdk-rows.ts';
