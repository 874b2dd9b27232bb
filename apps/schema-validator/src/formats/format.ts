import type { Report } from '../report.ts';
import type { JsonMember } from './json-value.ts';

export interface FormatLimits {
  /** Deepest nesting; the top-level object is level 1. */
  readonly depthMax: number;
  /** Most keys of all objects together, each occurrence counted. */
  readonly keysMax: number;
}

/** How records of one value format are read. */
export interface Format {
  /**
   * Reads one record's value into the members of its object, each name once, in the record's order. What is wrong is
   * reported, undefined where nothing can be read; never throws, whatever the bytes.
   */
  read(bytes: Buffer, limits: FormatLimits, report: Report): readonly JsonMember[] | undefined;
}
