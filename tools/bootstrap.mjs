/**
 * From a bare clone to a running project: checks what the machine has, installs the dependencies when they are missing or
 * old, and hands over to the project's own Node. Runs on Node 20 and newer with nothing installed.
 *
 *   node tools/bootstrap.mjs start|test|test:long|simulate|chaos|bench|bench:scaling|bench:soak|compose-round|check|generate|docs|clean [arguments]
 */
import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { areDependenciesCurrent, installDependencies } from './bootstrap/dependencies.mjs';
import { checkPrerequisites, describeMissing } from './bootstrap/prerequisites.mjs';
import { findProjectNode } from './bootstrap/project-node.mjs';

const root = resolve(import.meta.dirname, '..');
const bin = join(root, 'node_modules', '.bin');

/** Exit code of a machine or a call that is not as it must be (EX_CONFIG of sysexits.h). */
const notConfigured = 78;

/** What each command runs, one after the other, on the project's Node; `servers`: whether it may start Kafka and Milvus. */
const commands = {
  start: { servers: true, steps: [['tools/start/src/main.ts']] },
  test: { servers: true, steps: [['tools/install-servers.ts'], [join(bin, 'vitest'), 'run']] },
  'test:long': { servers: true, long: true, steps: [['tools/install-servers.ts'], [join(bin, 'vitest'), 'run']] },
  simulate: { servers: false, steps: [['test/simulation/src/main.ts']] },
  chaos: { servers: true, steps: [['tools/install-servers.ts'], ['test/e2e/src/chaos/main.ts']] },
  bench: { servers: true, steps: [['tools/install-servers.ts'], ['bench/src/main.ts']] },
  'bench:soak': { servers: true, steps: [['tools/install-servers.ts'], ['bench/src/soak.ts']] },
  'bench:scaling': { servers: true, steps: [['tools/install-servers.ts'], ['bench/src/scaling.ts']] },
  'compose-round': { servers: false, steps: [['tools/compose-round/src/main.ts']] },
  check: { servers: true, steps: [['tools/check.ts']] },
  generate: { servers: false, steps: [[join(bin, 'buf'), 'generate']] },
  docs: {
    servers: false,
    steps: [
      ['libs/connector-config/tools/keys-doc.ts'],
      ['libs/errors/tools/write-pages.ts'],
      ['apps/inserter/tools/write-refusals.ts'],
      ['libs/metrics/tools/write-metrics-page.ts'],
    ],
  },
};

const [name = '', ...args] = process.argv.slice(2);
process.exitCode = await main();

/** @returns {Promise<number>} */
async function main() {
  if (name === 'clean') return clean();
  const command = Object.entries(commands).find(([key]) => key === name)?.[1];
  if (command === undefined) {
    console.error(`usage: node tools/bootstrap.mjs ${[...Object.keys(commands), 'clean'].join('|')} [arguments]`);
    return notConfigured;
  }
  const { missing, python } = checkPrerequisites(command.servers && !usesOwnServers());
  if (missing.length > 0) {
    console.error(describeMissing(missing));
    return notConfigured;
  }
  if (!areDependenciesCurrent(root)) {
    console.log('Installing the dependencies with npm …');
    if (!installDependencies(root)) return 1;
  }
  const found = findProjectNode(root);
  if ('problem' in found) {
    console.error(found.problem);
    return notConfigured;
  }
  const env = {
    ...process.env,
    PATH: [bin, process.env.PATH].join(delimiter),
    MILLRACE_PYTHON: python,
    // kafkajs asks for timers in the past, which Node 24 warns about and then runs at once.
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --disable-warning=TimeoutNegativeWarning`.trim(),
    // Colours are for people; some programs take every terminal-less run for a CI that wants them.
    ...(process.stdout.isTTY || process.env.FORCE_COLOR ? {} : { NO_COLOR: '1' }),
    ...('long' in command && { MILLRACE_LONG: '1' }),
  };
  for (const [index, step] of command.steps.entries()) {
    const isLast = index === command.steps.length - 1;
    const code = await run(found.node, isLast ? [...step, ...args] : step, env);
    if (code !== 0) return code;
  }
  return 0;
}

/** `npm start -- --kafka … --milvus …` needs neither Java nor Python, nor does its help. */
function usesOwnServers() {
  const given = (/** @type {string} */ option) => args.some((arg) => arg === option || arg.startsWith(`${option}=`));
  return name === 'start' && (given('--help') || (given('--kafka') && given('--milvus')));
}

/**
 * @param {string} command @param {readonly string[]} commandArgs @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} its exit code, as a shell would give it
 */
function run(command, commandArgs, env) {
  const child = spawn(command, commandArgs, { cwd: root, env, stdio: 'inherit' });
  // Who is told to end passes it on and waits, so that the child can clean up.
  /** @type {readonly NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const forward = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
  for (const signal of signals) process.on(signal, forward);
  return new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.once('exit', (code) => {
      for (const signal of signals) process.off(signal, forward);
      resolve(code ?? 1);
    });
  });
}

/** @returns {number} */
function clean() {
  const folder = join(root, '.millrace');
  const wasThere = existsSync(folder);
  rmSync(folder, { recursive: true, force: true });
  console.log(wasThere ? `Removed ${folder}` : `Nothing to remove: ${folder} is not there.`);
  return 0;
}
