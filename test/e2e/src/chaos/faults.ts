import type { PlannedFault } from './fault-plan.ts';
import { type Fleet, statusOf } from './fleet.ts';
import type { FaultKind } from './history.ts';
import type { SupervisedService } from './supervised-service.ts';

/** Something that a fault can be done to. */
export interface Target {
  readonly label: string;
  /** Batches under way that depend on it, by the status at this moment. */
  batchesInFlight(): Promise<number>;
  /** Does the fault; resolves when it is undone. */
  strike(signal: AbortSignal): Promise<void>;
}

/** What each kind can be done to at this moment. */
export const targetsOf: Readonly<Record<FaultKind, (fleet: Fleet, planned: PlannedFault) => readonly Target[]>> = {
  kill: (fleet, planned) => services(fleet, planned, (service) => service.killAndRestart()),
  pause: (fleet, planned) => services(fleet, planned, (service, { pauseMs }, signal) => service.pause(pauseMs, signal)),
  rebalance: (fleet) => [membership(fleet)],
  'broker restart': (fleet) => [
    {
      label: 'kafka',
      batchesInFlight: () => fleet.batchesInFlight(),
      strike: () => fleet.kafka.restart(),
    },
  ],
  'Milvus restart': (fleet) => [
    {
      label: 'milvus',
      batchesInFlight: () => fleet.batchesInFlight(),
      async strike() {
        await fleet.milvus.kill();
        await fleet.milvus.restart();
      },
    },
  ],
};

type Strike = (service: SupervisedService, planned: PlannedFault, signal: AbortSignal) => Promise<void>;

function services(fleet: Fleet, planned: PlannedFault, strike: Strike): Target[] {
  const those = fleet.services.filter(({ name }) => name === planned.service);
  return those.map((service) => ({
    label: service.label,
    batchesInFlight: () => batchesThrough(fleet, service),
    strike: (signal) => strike(service, planned, signal),
  }));
}

/** Those of a consumer are its own; those of another service are all, as long as it has streams open. */
async function batchesThrough(fleet: Fleet, service: SupervisedService): Promise<number> {
  if (service.name === 'consumer') return fleet.batchesInFlight([service]);
  const status = await service.get<{ streams?: number; lanes?: { open: number } }>('/status');
  return (status?.streams ?? status?.lanes?.open ?? 0) > 0 ? fleet.batchesInFlight() : 0;
}

/** One consumer more than there should be joins the group; the next time it leaves. */
function membership(fleet: Fleet): Target {
  const { surplus } = fleet;
  return {
    label: surplus ? `${surplus.label} leaves` : 'a consumer joins',
    batchesInFlight: () => fleet.batchesInFlight(),
    async strike(signal) {
      if (surplus) return fleet.retire(surplus);
      const joining = await fleet.addConsumer();
      while (!signal.aborted && (await statusOf(joining))?.connector.state !== 'RUNNING') await settle();
    },
  };
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));
