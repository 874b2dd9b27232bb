import { consumerFailures } from './consumer-failures.ts';
import { documentViolations } from './document-violations.ts';
import type { Entry, FailureEntry, ViolationEntry } from './entry.ts';
import { laneFailures } from './lane-failures.ts';
import { limitViolations } from './limit-violations.ts';
import { milvusFailures } from './milvus-failures.ts';
import { optionFailures } from './option-failures.ts';
import { consumerViolations, milvusRowRefusals } from './refused-records.ts';
import { shapeViolations } from './shape-violations.ts';
import { shapingViolations } from './shaping-violations.ts';
import { streamFailures } from './stream-failures.ts';
import { validatorFailures } from './validator-failures.ts';
import { valueViolations } from './value-violations.ts';
import { vectorViolations } from './vector-violations.ts';

const violationTables = {
  ...documentViolations,
  ...limitViolations,
  ...shapeViolations,
  ...shapingViolations,
  ...valueViolations,
  ...vectorViolations,
  ...consumerViolations,
  ...milvusRowRefusals,
} as const;

const failureTables = {
  ...validatorFailures,
  ...optionFailures,
  ...milvusFailures,
  ...milvusRowRefusals,
  ...laneFailures,
  ...streamFailures,
  ...consumerFailures,
} as const;

/** All that can be wrong with a record. Codes are never given a second meaning. */
export type ViolationCode = keyof typeof violationTables;

/** All that can hold up a lane. */
export type FailureCode = keyof typeof failureTables;

export type ErrorCode = ViolationCode | FailureCode;

export const violations: Readonly<Record<ViolationCode, ViolationEntry>> = violationTables;
export const failures: Readonly<Record<FailureCode, FailureEntry>> = failureTables;
export const catalogue: Readonly<Record<ErrorCode, Entry>> = { ...violationTables, ...failureTables };

/** Whether a code from elsewhere is one of the catalogue: the other side may be of another version. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(catalogue, code);
}

export function isFailureCode(code: string): code is FailureCode {
  return Object.hasOwn(failures, code);
}

/** What is said of a code as one of a record; undefined where it is none. */
export function violationEntry(code: string): ViolationEntry | undefined {
  return entryIn(violations, code);
}

/** What is said of a code as one of a lane; undefined where it is none. */
export function failureEntry(code: string): FailureEntry | undefined {
  return entryIn(failures, code);
}

function entryIn<T>(table: Readonly<Record<string, T>>, code: string): T | undefined {
  return Object.hasOwn(table, code) ? table[code] : undefined;
}

/** The page of a code, from the root of the repository; undefined for a code that the catalogue does not have. */
export function docsOf(code: string): string | undefined {
  return isErrorCode(code) ? `docs/errors/${code}.md` : undefined;
}
