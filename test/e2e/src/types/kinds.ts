import type { FakeField } from '@millrace/testing';
import { type ServerName, serverNames } from '../harness/collection-server.ts';

/** The value of a field in a row that was read back, or one per server where servers hand it out differently. */
export class PerServer {
  readonly values: Readonly<Partial<Record<ServerName, unknown>>>;

  constructor(values: PerServer['values']) {
    this.values = values;
  }
}

/**
 * The collections that kinds are fields of: as few as can be, since a collection costs seconds on a real server. Each has
 * one primary key, and at most one vector that Milvus 2.3.5 has.
 */
export type Shape = 'plain' | 'text key' | 'long key' | 'generated key' | 'optional' | 'function output';

export interface Accepted {
  /** JSON text of the record's member; undefined where the member is left out. */
  readonly text: string | undefined;
  /** What is read back; undefined where the field must not have been sent. */
  readonly stored: unknown;
  /** Stands for the text on the page where that is long; Markdown. */
  readonly shown?: string;
  /** Stands for the stored value on the page; Markdown. */
  readonly becomes?: string;
  /** Where it is tried, of the kind's servers; all of them by default. */
  readonly on?: readonly ServerName[];
}

export interface Refused {
  readonly text: string | undefined;
  readonly code: string;
  /** The violation's JSON path; that of the field by default. */
  readonly path?: string;
  /** Violations in all; one by default. */
  readonly violations?: number;
  readonly shown?: string;
  readonly on?: readonly ServerName[];
}

/** One row of the table of types: a type, or a way for a field to be, with inputs that it takes and that it refuses. */
export interface Kind {
  readonly title: string;
  /** The collection in which it is tried. */
  readonly shape: Shape;
  readonly field: FakeField;
  /** Of the dynamic field: the text is an object, whose members are written into the record itself. */
  readonly isSpread?: boolean;
  /** Further fields that its collection has to have, with the JSON text of their value. */
  readonly beside?: readonly { readonly field: FakeField; readonly text: string; readonly stored: unknown }[];
  /** Of a primary key: the text of the key in the trials of its neighbours, each of which is a row of its own. */
  readonly keyOf?: (row: number) => string;
  /** The servers that have it. */
  readonly on: readonly ServerName[];
  /** Why some of the inputs are not tried everywhere. */
  readonly note?: string;
  /** The first is also the field's value in the trials of its neighbours. */
  readonly accepts: readonly Accepted[];
  readonly refuses: readonly Refused[];
}

export const everywhere: readonly ServerName[] = serverNames;
/** The servers that know nulls and defaults. */
export const modern: readonly ServerName[] = ['milvus-lite', 'recording server'];

type Options<Case> = Partial<Omit<Case, 'text' | 'stored' | 'code'>>;

export const accept = (text: string | undefined, stored: unknown, options: Options<Accepted> = {}): Accepted => ({
  text,
  stored,
  ...options,
});

export const refuse = (text: string | undefined, code: string, options: Options<Refused> = {}): Refused => ({
  text,
  code,
  ...options,
});

/** As code in a table of Markdown. */
export const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``;

/** An integer of 64 bits is read back as its digits. */
export const int64 = (text: string, digits = text, options: Options<Accepted> = {}): Accepted =>
  accept(text, digits, { becomes: code(digits), ...options });

/** Texts that are refused for the same reason. */
export const refuseAll = (code: string, texts: readonly string[]): Refused[] => texts.map((text) => refuse(text, code));

/** The value that 4 or 8 bytes of a big-endian IEEE 754 number stand for; the page shows the bytes. */
export function bits(text: string, hex: string): Accepted {
  const bytes = Buffer.from(hex, 'hex');
  return accept(text, bytes.length === 4 ? bytes.readFloatBE() : bytes.readDoubleBE(), { becomes: code(`0x${hex}`) });
}
