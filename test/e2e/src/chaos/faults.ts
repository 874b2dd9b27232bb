import type { PlannedFault } from './fault-plan.ts';
import { type Fleet, statusOf } from './fleet.ts';
import { type FaultKind, type ToxicKind, toxicKinds } from './history.ts';
import type { SupervisedService } from './supervised-service.ts';
import { hopOf, toxicsOf } from './toxics.ts';

/** Something that a fault can be done to. */
export interface Target {
  readonly label: string;
  /** What else tells of it. */
  readonly detail?: string;
  /** How long it will last, where the plan says so. */
  readonly durationMs?: number;
  /** Batches under way that depend on it, by the status at this moment. */
  batchesInFlight(): Promise<number>;
  /** Does the fault; resolves when it is undone, with false where it could not be done. */
  strike(signal: AbortSignal): Promise<unknown>;
}

type TargetsOf = (fleet: Fleet, planned: PlannedFault) => readonly Target[];

const toxicTargets = Object.fromEntries(
  toxicKinds.map((kind): [ToxicKind, TargetsOf] => [kind, (fleet, planned) => links(fleet, kind, planned)]),
) as Record<ToxicKind, TargetsOf>;

/** What each kind can be done to at this moment. */
export const targetsOf: Readonly<Record<FaultKind, TargetsOf>> = {
  kill: (fleet, planned) => services(fleet, planned, (service) => service.killAndRestart()),
  pause: (fleet, planned) =>
    services(fleet, planned, (service, signal) => service.pause(planned.pauseMs, signal), planned.pauseMs),
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
  ...toxicTargets,
};

type Strike = (service: SupervisedService, signal: AbortSignal) => Promise<void>;

function services(fleet: Fleet, planned: PlannedFault, strike: Strike, durationMs?: number): Target[] {
  const those = fleet.services.filter(({ name }) => name === planned.service);
  return those.map((service) => ({
    label: service.label,
    ...(durationMs !== undefined && { durationMs }),
    batchesInFlight: () => batchesThrough(fleet, service),
    strike: (signal) => strike(service, signal),
  }));
}

/** The links of the kind's hop. */
function links(fleet: Fleet, kind: ToxicKind, { stream, toxicMs }: PlannedFault): Target[] {
  const hop = hopOf(kind);
  const toxics = toxicsOf(kind, stream);
  const ways = toxics.map((toxic) => toxic.stream).join(' and ');
  return fleet.links
    .filter((link) => link.hop === hop)
    .map(({ service: label, poison }) => {
      const service = fleet.services.find((candidate) => candidate.label === label);
      return {
        label: hop === 'Milvus' ? `link of ${label} to Milvus` : `link to ${label}`,
        detail: ways,
        durationMs: toxicMs,
        batchesInFlight: async () => (service ? batchesThrough(fleet, service) : 0),
        strike: (signal) => poison(toxics, toxicMs, signal),
      };
    });
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
