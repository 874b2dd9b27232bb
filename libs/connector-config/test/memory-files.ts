import type { ConfigFiles } from '../src/config-files.ts';
import { type LoadedConnectors, type LoadOptions, loadConnectors } from '../src/load-connectors.ts';

/** Files in memory, for tests; names in a folder are those of the paths below it. */
export function memoryFiles(contents: Readonly<Record<string, string | Uint8Array>>): ConfigFiles {
  return {
    read(path) {
      const content = contents[path];
      if (content === undefined) throw Object.assign(new Error(path), { code: 'ENOENT' });
      return typeof content === 'string' ? Buffer.from(content) : content;
    },
    list(folder) {
      const names = Object.keys(contents).flatMap((path) =>
        path.startsWith(`${folder}/`) ? [path.slice(folder.length + 1)] : [],
      );
      if (names.length === 0) throw Object.assign(new Error(folder), { code: 'ENOENT' });
      return names;
    },
  };
}

export const workerText = 'bootstrap.servers=kafka:9092\nvalue.converter.schemas.enable=false\n';
export const connectorText = 'name=orders\ntopics=orders\ncollection.name=orders\n';

/** Loads `/worker.properties` and the folder `/c` from memory; every reference is allowed. */
export function loadFrom(
  contents: Readonly<Record<string, string | Uint8Array>>,
  more: Partial<LoadOptions> = {},
): LoadedConnectors {
  const files = memoryFiles({ '/worker.properties': workerText, ...contents });
  return loadConnectors({
    workerFile: '/worker.properties',
    connectorsDir: '/c',
    env: {},
    allow: () => true,
    files,
    ...more,
  });
}

/** Loads one connector made of the usual three lines and these. */
export function loadLines(...lines: readonly string[]): LoadedConnectors {
  return loadFrom({ '/c/orders.properties': connectorText + lines.join('\n') });
}

/** What is wrong, one line each. */
export function problemsOf({ problems }: LoadedConnectors): string[] {
  return problems.map(({ key, message }) => `${key}: ${message}`);
}
