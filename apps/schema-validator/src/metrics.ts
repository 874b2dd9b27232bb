import { instrumentsOf, validatorEventMetrics, validatorStateMetrics } from '@millrace/metrics';
import type { ServerState } from '@millrace/service';
import { metrics } from '@opentelemetry/api';

/** What the schema-validator knows of itself when it is asked. */
export interface ValidatorState {
  readonly budgetBytes: number;
  readonly grantedBytes: number;
  readonly streams: number;
  readonly streamsWaiting: number;
  readonly inserters: readonly ServerState[];
}

const meter = () => metrics.getMeter('millrace.schema-validator');

export function validatorInstruments() {
  return instrumentsOf(meter(), validatorEventMetrics);
}

/** Observes the state whenever metrics are collected. */
export function observeValidator(look: () => ValidatorState): void {
  const state = instrumentsOf(meter(), validatorStateMetrics);
  meter().addBatchObservableCallback((result) => {
    const { budgetBytes, grantedBytes, streams, streamsWaiting, inserters } = look();
    result.observe(state.budget, budgetBytes);
    result.observe(state.budgetGranted, grantedBytes);
    result.observe(state.streams, streams);
    result.observe(state.streamsWaiting, streamsWaiting);
    for (const { address, streams: open } of inserters) {
      result.observe(state.inserterStreams, open, { inserter: address });
    }
  }, Object.values(state));
}
