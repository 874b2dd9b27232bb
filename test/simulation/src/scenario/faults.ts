import type { CoordinatorLink } from '../kafka/coordinator-link.ts';
import type { LetterTopic } from '../kafka/letter-topic.ts';
import type { SimulatedMilvus } from '../milvus/simulated-milvus.ts';
import type { Instance, Role } from '../services/instance.ts';
import type { World } from '../world/world.ts';

export interface Fault {
  readonly kind: FaultKind;
  /** Time that passes before it. */
  readonly afterMs: number;
  /** Which process or stream it strikes, of those that there are then. */
  readonly which: number;
  /** How long it lasts, where it does. */
  readonly forMs: number;
}

/** Does it; returns in words what was done, undefined where there was nothing to do it to. */
type Apply = (world: World, fault: Fault) => string | undefined;

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;

function pick(instances: readonly Instance[], which: number): Instance | undefined {
  return instances[which % Math.max(1, instances.length)];
}

/** kill -9; another process takes its place some time later. */
function kill(role: Role): Apply {
  return (world, { which, forMs }) => {
    const instance = pick(world.alive(role), which);
    if (!instance) return undefined;
    const downMs = Math.floor(forMs / 6);
    world.end(instance);
    world.clock.after(downMs, () => world.start(role));
    return `${instance.process.name} is killed; another one starts after ${seconds(downMs)}`;
  };
}

/** SIGSTOP, and SIGCONT 5 to 60 s later. */
function pause(role: Role): Apply {
  return (world, { which, forMs }) => {
    const instance = pick(world.alive(role), which);
    if (!instance?.process.isRunning) return undefined;
    const pauseMs = 5_000 + Math.floor((forMs * 55) / 60);
    world.pause(instance);
    world.clock.after(pauseMs, () => world.continue(instance));
    return `${instance.process.name} is paused for ${seconds(pauseMs)}`;
  };
}

/** SIGTERM, as in a rolling restart: the next process is there before. */
function restart(role: Role): Apply {
  return (world, { which }) => {
    const instance = pick(world.serving(role), which);
    if (!instance?.process.isRunning) return undefined;
    world.start(role);
    world.stop(instance);
    return `${instance.process.name} is told to stop, and another one starts`;
  };
}

function breakStream(isSilent: boolean): Apply {
  return (world, { which }) => {
    const broken = world.network.breakOne(which, isSilent);
    return broken && `the connection ${broken} ${isSilent ? 'falls silent' : 'is reset'}`;
  };
}

function milvus(state: SimulatedMilvus['state']): Apply {
  return (world, { forMs }) => {
    world.milvus.state = state;
    world.clock.after(forMs, () => {
      if (world.milvus.state === state) world.milvus.state = 'well';
    });
    return `Milvus is ${state} for ${seconds(forMs)}`;
  };
}

function letters(state: LetterTopic['state']): Apply {
  return (world, { forMs }) => {
    world.letters.state = state;
    world.clock.after(forMs, () => {
      if (world.letters.state === state) world.letters.state = 'well';
    });
    return `the dead letter topic is ${state} for ${seconds(forMs)}`;
  };
}

function coordinator(state: CoordinatorLink['state']): Apply {
  return (world, { forMs }) => {
    const lastsMs = Math.floor(forMs / 2);
    world.link.state = state;
    world.clock.after(lastsMs, () => {
      if (world.link.state === state) world.link.state = 'well';
    });
    return `the group coordinator is ${state} for ${seconds(lastsMs)}`;
  };
}

/** A consumer goes on without the group: it can neither commit nor learn that it was replaced. */
const cutOff: Apply = (world, { which, forMs }) => {
  const instance = pick(world.consumers, which);
  if (!instance) return undefined;
  world.link.cutOff(instance.process);
  world.clock.after(forMs, () => world.link.connect(instance.process));
  return `${instance.process.name} is cut off from the group for ${seconds(forMs)}`;
};

const faults = {
  'reset a stream': breakStream(false),
  'silence a stream': breakStream(true),
  'kill a consumer': kill('consumer'),
  'kill a validator': kill('schema-validator'),
  'kill an inserter': kill('inserter'),
  'pause a consumer': pause('consumer'),
  'pause a validator': pause('schema-validator'),
  'pause an inserter': pause('inserter'),
  'restart a consumer': restart('consumer'),
  'restart a validator': restart('schema-validator'),
  'restart an inserter': restart('inserter'),
  'rebalance the group': (world) => {
    world.coordinator.rebalance();
    return 'the group has to rebalance';
  },
  'add a consumer': (world) => {
    world.start('consumer');
    return 'one more consumer starts';
  },
  'remove a consumer': (world, { which }) => {
    const serving = world.serving('consumer');
    const instance = serving.length > 1 ? pick(serving, which) : undefined;
    if (!instance?.process.isRunning) return undefined;
    world.stop(instance);
    return `${instance.process.name} is told to stop`;
  },
  'Milvus is slow': milvus('slow'),
  'Milvus loses answers': milvus('losing'),
  'Milvus is silent': milvus('silent'),
  'Milvus is busy': milvus('busy'),
  'Milvus is full': milvus('full'),
  'Milvus is away': milvus('away'),
  'Milvus is erratic': milvus('erratic'),
  'alter the collection': (world) => {
    world.milvus.schemaTimestamp += 1n;
    return 'the collection is altered';
  },
  'letters come late': letters('late'),
  'letters are refused': letters('refusing'),
  'cut off a consumer': cutOff,
  'the coordinator is slow': coordinator('slow'),
  'the coordinator is away': coordinator('away'),
  'commits are stuck': coordinator('stuck'),
} satisfies Readonly<Record<string, Apply>>;

export type FaultKind = keyof typeof faults;
export const faultKinds = Object.keys(faults) as FaultKind[];

/** Does it, and tells the history. */
export function apply(world: World, fault: Fault): void {
  const what = faults[fault.kind](world, fault);
  if (what !== undefined) world.history.add({ kind: 'fault', what, name: fault.kind });
}

/** Everything works from now on; processes that are missing or paused come back. */
export function heal(world: World): void {
  world.milvus.state = 'well';
  world.milvus.hasHiccups = false;
  world.letters.state = 'well';
  world.link.state = 'well';
  world.link.connectAll();
  for (const role of ['consumer', 'schema-validator', 'inserter'] as const) {
    for (const instance of world.alive(role)) world.continue(instance);
    if (world.serving(role).length === 0) world.start(role);
  }
  world.history.add({ kind: 'fault', what: 'from here on everything works' });
}
