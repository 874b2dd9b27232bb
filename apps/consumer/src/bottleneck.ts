/** Who sets the pace of a connector. */
export type Stage = 'kafka' | 'validator' | 'inserter' | 'milvus';

export interface Bottleneck {
  readonly is: Stage;
  /** In a sentence, with the figures that it is read from. */
  readonly why: string;
}

/** What was seen of a connector in the last seconds. */
export interface FlowSample {
  /** Seconds that it covers. */
  readonly spanS: number;
  /** That are read here now. */
  readonly partitions: number;
  /** Looks at lanes, and those that found records held back though they could be sent: no room in the window. */
  readonly looks: number;
  readonly heldLooks: number;
  /** Batches answered, and the sums of their times, milliseconds. */
  readonly batches: number;
  readonly turnaroundMs: number;
  readonly checkMs: number;
  readonly writeMs: number;
  readonly milvusMs: number;
  /** Records from the watermarks to the ends of the partitions. */
  readonly lag: number;
  /** The problem that holds at least half of the lanes up, if one does. */
  readonly problem: { readonly code: string; readonly message: string } | undefined;
}

/** Records are held back for most of the time. */
const heldShare = 0.5;

/**
 * Names what limits a connector. A problem limits it before anything else. Where no lane holds records back, everything
 * that is read is on its way at once, and Kafka is the limit. Else batches wait, and they wait for whoever takes longest
 * over one: a queue forms in front of the slowest.
 */
export function bottleneckOf(sample: FlowSample): Bottleneck {
  const { spanS, partitions, looks, heldLooks, batches, lag, problem } = sample;
  if (problem) return { is: stageOf(problem.code), why: `${problem.code}: ${problem.message}` };
  if (partitions === 0) return { is: 'kafka', why: 'no partition is assigned to this process' };
  if (looks === 0 || heldLooks < looks * heldShare) {
    const why = lag === 0 ? 'everything there is has been read' : `${lag} records are on their way; no window is full`;
    return { is: 'kafka', why };
  }
  if (batches === 0) return { is: 'milvus', why: `windows are full and no batch was answered for ${spanS} s` };
  const [slowest] = stageTimes(sample).sort((a, b) => b.ms - a.ms);
  return { is: slowest?.stage ?? 'milvus', why: `windows are full; ${shares(sample)}` };
}

/** Who a code of the catalogue speaks of, by its beginning; the first that fits. */
const stagesOfCodes: readonly (readonly [string, Stage])[] = [
  ['kafka.', 'kafka'],
  ['dead_letter.', 'kafka'],
  ['hop.', 'validator'],
  ['stream.', 'validator'],
  ['V103', 'inserter'],
  ['V104', 'inserter'],
  ['V106', 'inserter'],
  ['V', 'validator'],
  ['lane.no_grant', 'inserter'],
  ['lane.clock_skew', 'inserter'],
];

/** What is left is about the collection, the server or the token. */
export function stageOf(code: string): Stage {
  return stagesOfCodes.find(([beginning]) => code.startsWith(beginning))?.[1] ?? 'milvus';
}

function stageTimes({ checkMs, writeMs, milvusMs }: FlowSample): { readonly stage: Stage; readonly ms: number }[] {
  return [
    { stage: 'milvus', ms: milvusMs },
    { stage: 'inserter', ms: Math.max(0, writeMs - milvusMs) },
    { stage: 'validator', ms: checkMs },
  ];
}

function shares(sample: FlowSample): string {
  const { batches, turnaroundMs, checkMs, writeMs, milvusMs } = sample;
  const each = (ms: number) => `${Math.max(0, Math.round(ms / batches))} ms`;
  const waits = each(turnaroundMs - checkMs - writeMs);
  return `a batch takes ${each(turnaroundMs)}: Milvus ${each(milvusMs)}, inserter ${each(writeMs - milvusMs)}, schema-validator ${each(checkMs)}, waiting ${waits}`;
}
