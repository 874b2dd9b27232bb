export { type Answer, FakeInserter, type FakeInserterGrant, FakeInsertStream } from './fake-inserter.ts';
