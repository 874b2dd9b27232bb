import {
  connectMetrics,
  consumerEventMetrics,
  consumerStateMetrics,
  instrumentsOf,
  recordMetrics,
} from '@millrace/metrics';
import { type BatchObservableResult, metrics } from '@opentelemetry/api';
import { connectorState } from './connect-rest.ts';
import type { Connector } from './connector.ts';
import type { Counters } from './counters.ts';
import type { LaneProblem } from './lane-problem.ts';

/** As much of a connector as its metrics tell. */
export type Observed = Pick<
  Connector,
  'config' | 'lanes' | 'counters' | 'duplicates' | 'totals' | 'problem' | 'isJoined' | 'bottleneck'
>;

const meter = () => metrics.getMeter('millrace.consumer');

export function consumerInstruments() {
  return instrumentsOf(meter(), consumerEventMetrics);
}

function observableInstruments() {
  return {
    records: instrumentsOf(meter(), recordMetrics),
    state: instrumentsOf(meter(), consumerStateMetrics),
    connect: instrumentsOf(meter(), connectMetrics),
  };
}

type Instruments = ReturnType<typeof observableInstruments>;
type Status = Connector['lanes'][number]['status'];

/** Observes connectors and their lanes whenever metrics are collected; `now` is the time, milliseconds. */
export function observeConsumer(connectors: readonly Observed[], now: () => number): void {
  const instruments = observableInstruments();
  const { records, state, connect } = instruments;
  const all = [records, state, connect].flatMap((of) => Object.values(of));
  meter().addBatchObservableCallback((result) => {
    result.observe(connect.connectorCount, connectors.length);
    result.observe(connect.taskCount, connectors.length);
    for (const connector of connectors) observeConnector(result, instruments, connector, now());
  }, all);
}

function observeConnector(result: BatchObservableResult, on: Instruments, connector: Observed, nowMs: number): void {
  const { config, counters, duplicates, lanes, problem, bottleneck } = connector;
  const { records, state } = on;
  const of = { connector: config.name };
  for (const [end, instrument] of Object.entries(records)) {
    result.observe(instrument, counters[end as keyof Counters], of);
  }
  for (const [reason, count] of Object.entries(duplicates.shown.by_reason)) {
    result.observe(state.possibleDuplicates, count, { ...of, reason });
  }
  const phases = Map.groupBy(lanes, (lane) => lane.status.phase);
  for (const [phase, those] of phases) result.observe(state.lanes, those.length, { ...of, phase });
  result.observe(state.reservations, lanes.filter(({ reservedUntilMs }) => reservedUntilMs > nowMs).length, of);
  if (bottleneck) result.observe(state.bottleneck, 1, { ...of, is: bottleneck.is });
  if (problem) result.observe(state.connectorProblem, ageS(problem, nowMs), { ...of, ...labelsOf(problem) });
  for (const lane of lanes) {
    const { status } = lane;
    const at = { ...of, topic: status.topic, partition: String(status.partition) };
    observeLane(result, on, status, at);
    const behindMs = lane.lagMs(nowMs);
    if (behindMs !== undefined) result.observe(state.lagTime, behindMs / 1e3, at);
    if (status.problem) {
      result.observe(state.laneProblem, ageS(status.problem, nowMs), { ...at, ...labelsOf(status.problem) });
    }
  }
  observeTask(result, on, connector);
}

type LaneLabels = Readonly<Record<'connector' | 'topic' | 'partition', string>>;

function observeLane(result: BatchObservableResult, { state }: Instruments, status: Status, at: LaneLabels): void {
  const { batches, bytes, batchesMax, bytesMax } = status.window;
  result.observe(state.lagRecords, status.lag, at);
  result.observe(state.unsettled, status.unsettledRecords, at);
  result.observe(state.buffered, status.bufferedBytes, at);
  result.observe(state.windowBatches, batches, at);
  result.observe(state.windowBatchesMax, batchesMax, at);
  result.observe(state.windowSize, bytes, at);
  result.observe(state.windowSizeMax, bytesMax, at);
}

/** Under the names of Kafka Connect. */
function observeTask(result: BatchObservableResult, { connect }: Instruments, connector: Observed): void {
  const { config, counters, totals, lanes } = connector;
  const task = { connector: config.name, task: '0' };
  const { read, written, superseded, deleted, deadLettered } = counters;
  result.observe(connect.taskStatus, 1, { ...task, status: connectorState(connector).toLowerCase() });
  result.observe(connect.recordRead, read, task);
  result.observe(connect.recordSend, written + superseded + deleted, task);
  result.observe(connect.recordActiveCount, total(lanes.map((lane) => lane.unsettledRecords)), task);
  result.observe(connect.recordLagMax, Math.max(0, ...lanes.map(({ lag }) => lag)), task);
  result.observe(connect.partitionCount, lanes.length, task);
  result.observe(connect.offsetCommitCompletion, totals.commits, task);
  result.observe(connect.recordFailures, totals.rejected, task);
  result.observe(connect.recordsSkipped, deadLettered, task);
  result.observe(connect.retries, totals.resends, task);
  result.observe(connect.deadLetterFailures, totals.deadLetterRefusals, task);
}

function ageS({ sinceMs }: LaneProblem, nowMs: number): number {
  return Math.max(0, nowMs - sinceMs) / 1e3;
}

function labelsOf({ code, needsAction, retrying }: LaneProblem) {
  return { code, ends_by: retrying ? (needsAction ? 'fix' : 'itself') : 'restart' };
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
