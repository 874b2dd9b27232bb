/**
 * What this machine must have before anything can be installed, and how to get it. Plain JavaScript for Node 20 and
 * newer: nothing is installed yet when it runs.
 */
import { spawnSync } from 'node:child_process';

/**
 * @typedef {object} Missing
 * @property {string} what  the thing that is needed, with its version
 * @property {string} found what is there instead
 * @property {readonly string[]} install how to get it, one way a line
 *
 * @typedef {(command: string, args: readonly string[]) => string | undefined} Run
 * runs a command and returns all that it printed, or undefined where it cannot be run or fails
 *
 * @typedef {object} Machine
 * @property {NodeJS.Platform} platform
 * @property {string} nodeVersion without `v`
 * @property {string | undefined} python the Python that the user names, if any
 * @property {Run} run
 */

/** @type {Run} */
function run(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 30_000 });
  return status === 0 ? `${stdout}\n${stderr}` : undefined;
}

/** @returns {Machine} */
export function thisMachine() {
  const { platform, versions, env } = process;
  return { platform, nodeVersion: versions.node, python: env.MILLRACE_PYTHON, run };
}

/**
 * Checks everything at once.
 *
 * @param {boolean} withServers whether the real Kafka and Milvus will be run as well
 * @param {Machine} machine
 * @returns {{ missing: Missing[], python: string }} `python` is the command of a Python that is good enough
 */
export function checkPrerequisites(withServers, machine = thisMachine()) {
  const python = findPython(machine);
  const servers = withServers ? [checkJava(machine), checkMaven(machine), python.missing] : [];
  const missing = [checkPlatform(machine), checkNode(machine), checkNpm(machine), ...servers];
  return { missing: missing.filter((one) => one !== undefined), python: python.command };
}

/**
 * As text for a person, or `''` when nothing is missing.
 *
 * @param {readonly Missing[]} missing
 */
export function describeMissing(missing) {
  if (missing.length === 0) return '';
  const entries = missing.map(({ what, found, install }) =>
    [`  ✗ ${what} (${found})`, ...install.map((line) => `      ${line}`), ''].join('\n'),
  );
  const count = missing.length === 1 ? 'one more thing' : `${missing.length} more things`;
  return ['', `Millrace needs ${count} on this machine:`, '', ...entries].join('\n');
}

/** @param {Machine} machine @returns {Missing | undefined} */
function checkPlatform({ platform }) {
  if (platform === 'linux') return undefined;
  return {
    what: 'Linux',
    found: `this is ${platform}`,
    install: ['Use `docker compose up`, or a Linux machine (WSL 2 will do).'],
  };
}

/** @param {Machine} machine @returns {Missing | undefined} */
function checkNode({ nodeVersion }) {
  if (Number.parseInt(nodeVersion, 10) >= 20) return undefined;
  return {
    what: 'Node.js 20 or newer',
    found: nodeVersion,
    install: ['https://nodejs.org/en/download, or: nvm install 24'],
  };
}

/** @param {Machine} machine @returns {Missing | undefined} */
function checkNpm(machine) {
  if (machine.run('npm', ['--version']) !== undefined) return undefined;
  return {
    what: 'npm',
    found: 'not found',
    install: ['It comes with Node.js; on Debian and Ubuntu: sudo apt-get install npm'],
  };
}

/** @param {Machine} machine @returns {Missing | undefined} */
function checkJava(machine) {
  const text = machine.run('java', ['-version']);
  const version = text?.match(/version "(?:1\.)?(\d+)[^"]*"/);
  if (Number(version?.[1]) >= 17) return undefined;
  return {
    what: 'Java 17 or newer',
    found: version ? `found ${version[0]}` : 'not found',
    install: [
      'Debian, Ubuntu:  sudo apt-get install openjdk-17-jre-headless   (or a newer one)',
      'Fedora, RHEL:    sudo dnf install java-17-openjdk-headless',
    ],
  };
}

/** @param {Machine} machine @returns {Missing | undefined} */
function checkMaven(machine) {
  if (machine.run('mvn', ['-version']) !== undefined) return undefined;
  return {
    what: 'Maven',
    found: 'not found',
    install: ['Debian, Ubuntu:  sudo apt-get install maven', 'Fedora, RHEL:    sudo dnf install maven'],
  };
}

const pythons = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python'];
const askPython = 'import sys; print("%d.%d" % sys.version_info[:2]); import venv, ensurepip, lzma; print("venv")';

/** @param {Machine} machine @returns {{ command: string, missing: Missing | undefined }} */
function findPython(machine) {
  let found = 'not found';
  let fits = false;
  for (const command of machine.python ? [machine.python] : pythons) {
    const version = machine.run(command, ['-c', askPython.split(' import venv')[0] ?? ''])?.trim();
    if (version === undefined) continue;
    const isNewEnough = Number(version.split('.')[0]) === 3 && Number(version.split('.')[1]) >= 11;
    if (isNewEnough && machine.run(command, ['-c', askPython]) !== undefined) return { command, missing: undefined };
    if (isNewEnough) found = `found ${command} ${version}, but without its venv or lzma module`;
    else if (!fits) found = `found ${command} ${version}`;
    fits ||= isNewEnough;
  }
  const install = [
    'Debian, Ubuntu:  sudo apt-get install python3 python3-venv',
    'Fedora, RHEL:    sudo dnf install python3.11',
    'Another Python:  set MILLRACE_PYTHON to its path',
  ];
  return { command: 'python3', missing: { what: 'Python 3.11 or newer, with venv and lzma', found, install } };
}
