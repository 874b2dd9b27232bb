import type { Tombstones } from '@millrace/contracts';
import type { ViolationCode } from '@millrace/errors';
import type { PlannedField } from '../plan.ts';
import type { BatchRecord, RecordNeeds } from '../record-batch.ts';
import type { Marker } from './delete-marker.ts';
import type { PathTree } from './path-tree.ts';
import type { Row } from './row.ts';

/** Where a top-level member of a value goes; a renamed one fills its field by a plan that has the member's own path. */
export type Destination =
  | { readonly kind: 'field'; readonly index: number; readonly renamed: PlannedField | undefined }
  | { readonly kind: 'unknown'; readonly renamedTo: string | undefined }
  | { readonly kind: 'left-out' }
  | { readonly kind: 'refused'; readonly code: ViolationCode; readonly expected: string };

export interface Route {
  readonly destination: Destination;
  /** Finds the fields that are filled from inside the member. */
  readonly inner: PathTree | undefined;
}

/** Fills fields from elsewhere than the value's members. */
export interface Filler {
  fill(record: BatchRecord, row: Row): void;
}

/** The record options of a lane, compiled for its collection: what each record is asked for, and what becomes of it. */
export interface Shape {
  /** The plan's fields, each with the path at which records have it. */
  readonly fields: readonly PlannedField[];
  /** By the names that records use. */
  readonly routes: ReadonlyMap<string, Route>;
  /** Of the members that have no route. */
  readonly rest: Route;
  readonly fillers: readonly Filler[];
  /** Whether unknown members go to the dynamic field; else they are violations. */
  readonly keepsUnknown: boolean;
  readonly marker: Marker | undefined;
  readonly tombstones: Tombstones;
  /** Fills the primary key alone; present where tombstones delete. */
  readonly tombstoneKey: Filler | undefined;
  readonly needs: RecordNeeds;
}
