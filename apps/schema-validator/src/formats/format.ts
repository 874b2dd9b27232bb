import type { Report } from '../report.ts';
import type { JsonMember } from './json-value.ts';

export interface FormatLimits {
  /** Deepest nesting; the top-level object is level 1. */
  readonly depthMax: number;
  /** Most keys of all objects together, each occurrence counted. */
  readonly keysMax: number;
}

/** Members of a record's object that are vectors of float32: how many numbers each has, by name. */
export type FloatMembers = ReadonlyMap<string, number>;

/** How records of one value format are read. */
export interface Format {
  /** A reader for the records of one lane, one at a time. */
  newReader(limits: FormatLimits, floatMembers?: FloatMembers): FormatReader;
}

export interface FormatReader {
  /**
   * Reads one record's value into the members of its object, each name once, in the record's order; they are good until
   * the next one is read. What is wrong is reported, undefined where nothing can be read; never throws, whatever the
   * bytes.
   */
  read(bytes: Buffer, report: Report): readonly JsonMember[] | undefined;
}
