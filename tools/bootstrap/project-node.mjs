import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** The oldest Node that runs TypeScript as it is. */
const oldest = [22, 15];

/**
 * The Node that runs the project: its own from `node_modules`, or the user's where the platform has no such package.
 *
 * @param {string} root
 * @returns {{ node: string } | { problem: string }}
 */
export function findProjectNode(root) {
  const own = join(root, 'node_modules', '.bin', 'node');
  if (spawnSync(own, ['--version']).status === 0) return { node: own };
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= (oldest[1] ?? 0))) return { node: process.execPath };
  return {
    problem: `There is no Node.js package for ${process.platform} on ${process.arch}, so the project runs on your own
Node.js: that must be ${oldest.join('.')} or newer, and this is ${process.versions.node}. See https://nodejs.org/en/download.`,
  };
}
