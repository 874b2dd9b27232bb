import { inserterEventMetrics, inserterStateMetrics, instrumentsOf } from '@millrace/metrics';
import { metrics, type ObservableGauge } from '@opentelemetry/api';
import type { CollectionUse } from './collection-register.ts';

/** What the inserter knows of itself when it is asked. */
export interface InserterState {
  readonly collections: readonly CollectionUse[];
  readonly budgetBytes: number;
  readonly grantedBytes: number;
  readonly streams: number;
  readonly streamsWaiting: number;
  readonly isMilvusReachable: boolean;
  readonly rowsInDoubt: number;
}

const meter = () => metrics.getMeter('millrace.inserter');

export function inserterInstruments() {
  return instrumentsOf(meter(), inserterEventMetrics);
}

/** Observes the state whenever metrics are collected. */
export function observeInserter(look: () => InserterState): void {
  const state = instrumentsOf(meter(), inserterStateMetrics);
  meter().addBatchObservableCallback((result) => {
    const { collections, budgetBytes, grantedBytes, streams, streamsWaiting, isMilvusReachable, rowsInDoubt } = look();
    // Collections of several databases or servers may have one name.
    for (const [collection, uses] of Map.groupBy(collections, (use) => use.collection)) {
      const of = { 'db.collection.name': collection };
      const sum = (count: (use: CollectionUse) => number) => uses.reduce((total, use) => total + count(use), 0);
      const observe = (gauge: ObservableGauge<typeof of>, count: (use: CollectionUse) => number) =>
        result.observe(gauge, sum(count), of);
      observe(state.writesInFlight, (use) => use.writesInFlight);
      observe(state.writesWaiting, (use) => use.writesWaiting);
      observe(state.writesMax, (use) => use.writesMax);
      observe(state.batchesQueued, (use) => use.batchesQueued);
    }
    result.observe(state.budget, budgetBytes);
    result.observe(state.budgetGranted, grantedBytes);
    result.observe(state.rowsInDoubt, rowsInDoubt);
    result.observe(state.streams, streams);
    result.observe(state.streamsWaiting, streamsWaiting);
    result.observe(state.milvusReachable, isMilvusReachable ? 1 : 0);
  }, Object.values(state));
}
