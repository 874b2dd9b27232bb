import { type Failure, InsertMode, type OpenLane } from '@millrace/contracts';
import type { Described } from './collections.ts';
import { failureOf, quoted } from './failures.ts';
import type { WriteMethod } from './milvus-client.ts';
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
  readonly method: WriteMethod;
  readonly stopAtRejection: boolean;
}

const int64Code = 5;
const varCharCode = 21;
/** Margin M of the fence (GUARANTEES, section 3). */
const clockSkewMaxMs = 2_000;

/** What an OpenLane asks for, or why it cannot be served. */
export function toLane(open: OpenLane, target: ResolvedTarget, { keyField }: Described): Lane | Failure {
  const method = methodFor(open.writeOptions?.insertMode ?? InsertMode.UNSPECIFIED, keyField.isAutoId);
  if (!method) {
    return failureOf('lane.upsert_with_auto_id', {
      message: `collection ${quoted(target.collection)} makes its own keys (autoID), so an upsert would insert each row anew`,
    });
  }
  if (method === 'Upsert' && keyField.typeCode !== int64Code && keyField.typeCode !== varCharCode) {
    return failureOf('lane.key_type', {
      message: `the primary key ${quoted(keyField.name)} is of type ${quoted(keyField.typeName)}`,
    });
  }
  return {
    connector: open.connector,
    topic: open.topic,
    partition: open.partition,
    stripe: open.stripe,
    session: open.session && [open.session, open.connector, open.topic, open.partition].join('\n'),
    target,
    method,
    stopAtRejection: open.writeOptions?.stopAtRejection ?? false,
  };
}

function methodFor(mode: InsertMode, isAutoId: boolean): WriteMethod | undefined {
  if (mode === InsertMode.INSERT) return 'Insert';
  if (!isAutoId) return 'Upsert';
  return mode === InsertMode.UPSERT ? undefined : 'Insert';
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
