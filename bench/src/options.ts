import { parseArgs } from 'node:util';

/** What can be measured. */
const allSections = ['cost', 'partitions', 'split', 'lite', 'rate', 'latency'] as const;
export type Section = (typeof allSections)[number];

export const isSection = (name: string): name is Section => (allSections as readonly string[]).includes(name);

export interface Options {
  readonly sections: readonly Section[];
  readonly dims: readonly number[];
  readonly partitions: readonly number[];
  /** Of the records whose cost is measured over partitions. */
  readonly partitionsDim: number;
  readonly repeats: number;
  readonly scale: number;
  readonly seed: number;
  /** Of each measurement of latency. */
  readonly seconds: number;
  readonly json: string | undefined;
  readonly plots: string | undefined;
}

export const usage = `npm run bench -- [options]

  --sections LIST    of ${allSections.join(', ')}; all of them
  --dims LIST        8,128,768
  --partitions LIST  of the section partitions: 1,4,16
  --repeats N        runs of each measurement, of which the median counts: 1
  --scale N          of the usual number of records: 1
  --seconds N        of each measurement of latency: 15
  --seed N           of the records: 1
  --json FILE        writes all figures
  --plots FOLDER     writes SVG plots

  cost        CPU time of the three services for each 100,000 records into a Milvus that does nothing, and of a script of one process
  partitions  the same at dim 128 by the number of partitions
  split       where the CPU time goes, by V8's profiler
  lite        records per second into milvus-lite
  rate        records per second into the full Milvus on the same cores, beside a loop that sends ready requests
  latency     from produce to acknowledged, and to queryable, with the full Milvus
`;

/** Undefined where only the usage is wanted. @throws Error where an option is none, or a value no number */
export function readOptions(args: readonly string[]): Options | undefined {
  const text = (fallback: string) => ({ type: 'string' as const, default: fallback });
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean' },
      sections: text(allSections.join(',')),
      dims: text('8,128,768'),
      partitions: text('1,4,16'),
      repeats: text('1'),
      scale: text('1'),
      seconds: text('15'),
      seed: text('1'),
      json: { type: 'string' },
      plots: { type: 'string' },
    },
  });
  if (values.help) return undefined;
  const sections = values.sections.split(',');
  const unknown = sections.find((name) => !isSection(name));
  if (unknown !== undefined) throw new Error(`--sections ${unknown}: there are ${allSections.join(', ')}`);
  return {
    sections: sections.filter(isSection),
    dims: numbersOf('dims', values.dims),
    partitions: numbersOf('partitions', values.partitions),
    partitionsDim: 128,
    repeats: numberOf('repeats', values.repeats),
    scale: numberOf('scale', values.scale),
    seed: numberOf('seed', values.seed),
    seconds: numberOf('seconds', values.seconds),
    json: values.json,
    plots: values.plots,
  };
}

const numbersOf = (name: string, list: string): number[] => list.split(',').map((each) => numberOf(name, each));

function numberOf(name: string, text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !(number > 0)) throw new Error(`--${name} ${text}: a number above 0 is wanted`);
  return number;
}
