import { type Failure, InsertMode, type OpenLane } from '@millrace/contracts';
import type { Described } from './collections.ts';
import { failureOf } from './failures.ts';
import { whyNotServed } from './lane-refusals.ts';
import type { RowMethod } from './milvus-client.ts';
import type { ResolvedTarget } from './targets.ts';

/** What a stream writes, and on whose behalf. */
export interface Lane {
  readonly connector: string;
  readonly topic: string;
  readonly partition: number;
  readonly stripe: number;
  /** In it an offset always means the same record; empty where the client names no session. */
  readonly session: string;
  readonly target: ResolvedTarget;
  /** Of rows. An upsert lane may delete as well. */
  readonly method: RowMethod;
  /** Upserts set the fields that they have and keep the others (Milvus's partial_update). */
  readonly isPartial: boolean;
  readonly stopAtRejection: boolean;
  /** Nothing that comes out of a record is told, also not by Milvus. */
  readonly maskValues: boolean;
}

/** Margin M of the fence (GUARANTEES, section 3). */
const clockSkewMaxMs = 2_000;

/** What an OpenLane asks for, or why it cannot be served. */
export function toLane(open: OpenLane, target: ResolvedTarget, described: Described): Lane | Failure {
  const mode = open.writeOptions?.insertMode ?? InsertMode.UNSPECIFIED;
  const lane = {
    connector: open.connector,
    topic: open.topic,
    partition: open.partition,
    stripe: open.stripe,
    session: open.session && [open.session, open.connector, open.topic, open.partition].join('\n'),
    target,
    method: methodFor(mode, described.keyField.isAutoId),
    isPartial: mode === InsertMode.UPDATE,
    stopAtRejection: open.writeOptions?.stopAtRejection ?? false,
    maskValues: open.recordOptions?.maskValues ?? false,
  };
  return whyNotServed(lane, described, open.recordOptions) ?? lane;
}

function methodFor(mode: InsertMode, isAutoId: boolean): RowMethod {
  if (mode === InsertMode.UNSPECIFIED) return isAutoId ? 'Insert' : 'Upsert';
  return mode === InsertMode.INSERT ? 'Insert' : 'Upsert';
}

/** What the mode has come to, for who opened the lane. */
export function insertModeOf({ method, isPartial }: Lane): InsertMode {
  if (method === 'Insert') return InsertMode.INSERT;
  return isPartial ? InsertMode.UPDATE : InsertMode.UPSERT;
}

/**
 * Why a client's clock cannot be trusted: it is so far ahead that this server would still write after the client takes
 * not_after for past. (That it is behind is harmless, and cannot be told from a slow message.)
 */
export function clockFailure(clientTimeMs: number, nowMs: number): Failure | undefined {
  if (clientTimeMs - nowMs <= clockSkewMaxMs) return undefined;
  return failureOf('lane.clock_skew', {
    message: `the client's clock is ${clientTimeMs - nowMs} ms ahead of the inserter's`,
    retryAfterMs: 5_000,
  });
}
