export {
  catalogue,
  docsOf,
  type ErrorCode,
  type FailureCode,
  failures,
  isErrorCode,
  type ViolationCode,
  violations,
} from './catalogue.ts';
export type { EndsBy, Entry, FailureEntry, Stage, ViolationEntry } from './entry.ts';
