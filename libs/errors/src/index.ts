export {
  catalogue,
  docsOf,
  type ErrorCode,
  type FailureCode,
  failureEntry,
  failures,
  isErrorCode,
  isFailureCode,
  type ViolationCode,
  violationEntry,
  violations,
} from './catalogue.ts';
export { columnsOf } from './columns.ts';
export { drawError, type Ink, noInk } from './draw-error.ts';
export type { EndsBy, Entry, FailureEntry, RecordExample, Stage, ViolationEntry } from './entry.ts';
export { escapeText } from './escape-text.ts';
export { type ExampleField, exampleCollections } from './example-collection.ts';
export { elementPath, memberPath } from './json-path.ts';
export type { MilvusClass } from './milvus-class.ts';
export { tellError } from './tell-error.ts';
export type { ToldError, ToldViolation } from './told-error.ts';
