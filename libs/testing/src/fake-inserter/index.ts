export { type Answer, allWritten, FakeInserter, type FakeInserterGrant, FakeInsertStream } from './fake-inserter.ts';
