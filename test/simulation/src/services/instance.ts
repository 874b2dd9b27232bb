import type { Counted } from '../history.ts';
import type { SimulatedProcess } from '../world/simulated-process.ts';

export const roles = ['consumer', 'schema-validator', 'inserter'] as const;
export type Role = (typeof roles)[number];

/** One running process of a service. */
export interface Instance {
  readonly role: Role;
  readonly process: SimulatedProcess;
  /** As at SIGTERM: finishes what it can within its bounds. Whoever calls it ends the process then. */
  stop(): Promise<void>;
  /** Of a consumer: what it has counted so far. */
  counted(): Counted | undefined;
  /** Of a consumer: whether some record has no end yet. */
  readonly isBusy: boolean;
}
