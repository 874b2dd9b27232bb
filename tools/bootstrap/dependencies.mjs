import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} Entry one package in a lock file
 * @property {string} [version]
 * @property {boolean} [link]
 * @property {boolean} [optional]
 *
 * @typedef {Record<string, Entry>} Packages by their paths
 */

/**
 * Whether `node_modules` holds what the lock file asks for. npm keeps a record of what it installed, and writes it last,
 * so an installation that broke off does not count, and neither does one made before the lock file changed.
 *
 * @param {string} root
 */
export function areDependenciesCurrent(root) {
  const wanted = packagesIn(join(root, 'package-lock.json'));
  const installed = packagesIn(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined || installed === undefined) return false;
  return Object.entries(wanted).every(([path, { version, link, optional }]) => {
    if (path === '') return true;
    const there = installed[path];
    // An optional package is left out where it does not fit the platform.
    if (there === undefined) return optional === true;
    return there.version === version && there.link === link;
  });
}

/**
 * Installs by npm exactly what the lock file names; its output is shown. No package runs a script of its own.
 *
 * @param {string} root
 * @returns {boolean} whether it worked
 */
export function installDependencies(root) {
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  return spawnSync('npm', ['ci', ...flags], { cwd: root, stdio: 'inherit' }).status === 0;
}

/** @param {string} file @returns {Packages | undefined} */
function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    // Missing or cut short: as good as not installed.
    return undefined;
  }
}
