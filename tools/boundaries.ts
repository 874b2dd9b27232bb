import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { computed, importsOf } from './imports.ts';

export interface Violation {
  /** Relative to the root, with `/`. */
  readonly file: string;
  readonly line: number;
  readonly specifier: string;
  readonly reason: string;
}

interface Importer {
  /** Folder of its package, such as `apps/consumer`. */
  readonly home: string;
  /** A test, or what a package keeps for its tests in the folder `test` beside `src`. */
  readonly isTest: boolean;
}

interface Imported {
  readonly specifier: string;
  /** Folder of the workspace that it leads to; undefined for a package from outside and for the importer's own files. */
  readonly workspace: string | undefined;
  readonly isDeep: boolean;
}

interface Rule {
  readonly reason: string;
  refuses(from: Importer, to: Imported): boolean;
}

const startsWithAny = (names: readonly string[]) => (text: string) =>
  names.some(
    (name) =>
      text === name || text.startsWith(`${name}/`) || (name.endsWith('*') && text.startsWith(name.slice(0, -1))),
  );

const isKafka = startsWithAny(['kafkajs*', '@kafkajs', '@platformatic/kafka', '@confluentinc', '@millrace/kafka']);
const isMilvus = startsWithAny(['@zilliz']);
const isOutside = startsWithAny(['@grpc', 'grpc-*', 'kafkajs*', '@kafkajs', '@zilliz', '@opentelemetry']);

/** Clients of the same servers as the services: they stand beside them, not inside. */
const isClient = startsWithAny(['apps/cli', 'libs/testing', 'test', 'tools', 'bench']);
/** The consumer, and what it shares with the command line of how kafkajs is used. */
const isKafkaClient = startsWithAny(['apps/consumer', 'libs/kafka']);
const isPure = startsWithAny(['libs/delivery', 'libs/connector-config', 'libs/errors']);
/** It runs the logic of all services in one process. */
const isSimulation = startsWithAny(['test/simulation']);
const isParts = ({ specifier }: Imported) => /^@[^/]+\/[^/]+\/parts$/.test(specifier);
const mayTest = startsWithAny(['libs/testing', 'test', 'tools', 'bench']);

const rules: readonly Rule[] = [
  {
    reason: 'an import that is computed cannot be checked',
    refuses: (from, to) => to.specifier === computed && !mayTest(from.home) && !from.isTest,
  },
  {
    reason: 'an app is imported by nothing, and its parts by the simulation alone',
    refuses: (from, to) => to.workspace?.startsWith('apps/') === true && !(isSimulation(from.home) && isParts(to)),
  },
  {
    reason: 'another package is imported by its name, or by what it exports below it',
    refuses: (_from, to) => to.isDeep,
  },
  {
    reason: 'this library is pure: it knows neither gRPC, Kafka, Milvus nor OpenTelemetry',
    refuses: (from, to) => isPure(from.home) && isOutside(to.specifier),
  },
  {
    reason: 'among the services, only the consumer talks to Kafka',
    refuses: (from, to) => isKafka(to.specifier) && !isKafkaClient(from.home) && !isClient(from.home),
  },
  {
    reason: 'among the services, only the inserter talks to Milvus',
    refuses: (from, to) => isMilvus(to.specifier) && from.home !== 'apps/inserter' && !isClient(from.home),
  },
  {
    reason: 'what is made for tests is imported by tests and tools',
    refuses: (from, to) => to.workspace === 'libs/testing' && !from.isTest && !mayTest(from.home),
  },
];

const sources = '{apps,libs,test,tools,bench}/**/*.{ts,mts,js,mjs}';

/** Every import in the tree under `root` that the rules of the house refuse, in the order of the files. */
export function findViolations(root: string): Violation[] {
  const workspaces = readWorkspaces(root);
  const files = globSync(sources, { cwd: root, exclude: (path) => path.includes('node_modules') }).toSorted();
  return files.flatMap((file) => {
    const home = homeOf(file);
    const from: Importer = { home, isTest: /\.test\.ts$|^[^/]+\/[^/]+\/test\//.test(file) };
    return importsOf(file, readFileSync(join(root, file), 'utf8')).flatMap(({ specifier, line }) => {
      const to = { specifier, ...resolveImport(root, file, home, specifier, workspaces) };
      return rules.filter((rule) => rule.refuses(from, to)).map(({ reason }) => ({ file, line, specifier, reason }));
    });
  });
}

interface Workspace {
  readonly home: string;
  /** What may be imported below its name: the keys of `exports` in its package.json, such as `./milvus`. */
  readonly subpaths: readonly string[];
}

/** By package names. */
function readWorkspaces(root: string): Map<string, Workspace> {
  const manifests = globSync(['{apps,libs,test,tools}/*/package.json', 'bench/package.json'], { cwd: root });
  return new Map(
    manifests.map((path) => {
      const content: unknown = JSON.parse(readFileSync(join(root, path), 'utf8'));
      if (!(content instanceof Object && 'name' in content)) throw new Error(`${path} has no name`);
      const exported = 'exports' in content && content.exports instanceof Object ? Object.keys(content.exports) : [];
      return [String(content.name), { home: dirname(path), subpaths: exported }];
    }),
  );
}

/** `apps/consumer` of `apps/consumer/src/main.ts`; `tools` of a file that lies directly in it. */
function homeOf(path: string): string {
  const [top = '', name, ...rest] = path.split(sep);
  return name !== undefined && rest.length > 0 ? `${top}/${name}` : top;
}

function resolveImport(
  root: string,
  file: string,
  home: string,
  specifier: string,
  workspaces: ReadonlyMap<string, Workspace>,
): Omit<Imported, 'specifier'> {
  if (specifier.startsWith('.') || specifier.startsWith('/')) {
    const target = homeOf(relative(root, resolve(root, dirname(file), specifier)));
    // Tools without a package of their own may reach into each other.
    const isOwn = target === home || (home.startsWith('tools') && target.startsWith('tools'));
    return isOwn ? { workspace: undefined, isDeep: false } : { workspace: target, isDeep: true };
  }
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  const workspace = workspaces.get(name);
  const isOpen = specifier === name || workspace?.subpaths.includes(`.${specifier.slice(name.length)}`);
  return { workspace: workspace?.home, isDeep: workspace !== undefined && !isOpen };
}
