import type { ConnectorConfig } from '@millrace/connector-config';
import type { BackoffLimits, WindowLimits } from '@millrace/delivery';

/** Every bound of a lane, in one place. */
export interface LaneOptions {
  /** Most unanswered batches and bytes on the lane's stream; the server's grant may lower it. */
  readonly window: WindowLimits;
  readonly batchBytesMax: number;
  readonly batchRecordsMax: number;
  /** Bytes read and not settled beyond which the partition is paused. */
  readonly bufferBytesMax: number;
  /** Life of one sending: from now to the batch's not_after. */
  readonly writeTimeoutMs: number;
  /** How far ahead an offset commit reserves the partition; more than `writeTimeoutMs`. */
  readonly reserveMs: number;
  /** How long after the latest not_after an indefinite write may still take effect. */
  readonly quietMarginMs: number;
  readonly backoff: BackoffLimits;
  /** Least wait between probes while somebody has to act. */
  readonly operatorProbeMs: number;
  /** A stream with nothing to carry is given back after this long. */
  readonly idleStreamMs: number;
  /** Longest wait for LaneOpened. */
  readonly openTimeoutMs: number;
  /** errors.tolerance=none: the first rejected record stops the lane. */
  readonly stopAtRejection: boolean;
  /** errors.mask.values: nothing that comes out of a record is shown. */
  readonly maskValues: boolean;
}

/** Bounds that no connector key sets. */
const fixed = { quietMarginMs: 2_000, operatorProbeMs: 5_000, idleStreamMs: 10_000, openTimeoutMs: 30_000 } as const;

/** What a reservation has at least beyond the life of a write: time to renew it. */
const reserveAheadMinMs = 3_000;

export function laneOptionsOf(config: ConnectorConfig): LaneOptions {
  return {
    ...fixed,
    window: { batches: config.windowBatchesMax, bytes: config.windowBytesMax },
    batchBytesMax: config.batchBytesMax,
    batchRecordsMax: config.batchRecordsMax,
    bufferBytesMax: config.laneBufferBytesMax,
    writeTimeoutMs: config.writeTimeoutMs,
    reserveMs: config.writeTimeoutMs + Math.max(reserveAheadMinMs, config.writeTimeoutMs / 2),
    backoff: { minMs: config.retryBackoffMs, maxMs: config.retryBackoffMaxMs },
    stopAtRejection: config.errors.tolerance === 'none',
    maskValues: config.errors.maskValues,
  };
}
