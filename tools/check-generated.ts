/** Generates the code anew, elsewhere, and fails when what is committed differs. */
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const generated = 'libs/contracts/src/gen';

function filesIn(folder: string): Map<string, string> {
  const paths = globSync('**/*.ts', { cwd: folder });
  return new Map(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

const fresh = mkdtempSync(join(tmpdir(), 'millrace-generated-'));
try {
  const { status } = spawnSync('buf', ['generate', '--output', fresh], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error('buf generate failed');
  const want = filesIn(join(fresh, generated));
  const have = filesIn(join(root, generated));
  const stale = [...new Set([...want.keys(), ...have.keys()])].filter((path) => want.get(path) !== have.get(path));
  for (const path of stale)
    console.error(`${generated}/${path} is not what proto/ generates: run \`npm run generate\``);
  if (want.size === 0) throw new Error('nothing was generated');
  process.exitCode = stale.length > 0 ? 1 : 0;
} finally {
  rmSync(fresh, { recursive: true });
}
