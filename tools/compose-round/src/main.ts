/** `npm run compose-round`: the whole round of docker-compose.yml, from nothing to nothing, with a verdict. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Compose, ComposeError, project } from './compose.ts';
import { readOptions, usage } from './options.ts';
import { Stack } from './stack.ts';
import { steps } from './steps.ts';
import { type StepResult, stepLine, verdict } from './verdict.ts';

const exitCodes = { failed: 1, usage: 2, cannotBegin: 78 } as const;
const root = resolve(import.meta.dirname, '..', '..', '..');

const options = readOptions(process.argv.slice(2), process.env);
if (typeof options === 'string') {
  console.error(`${options}\n\n${usage}`);
  process.exit(exitCodes.usage);
}
if (options.help) {
  console.log(usage);
  process.exit();
}

const brokenOff = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    // Whoever asks again gets out at once, and has to take down by hand.
    if (brokenOff.signal.aborted) process.exit(exitCodes.failed);
    console.log(`\n${name}: taking down; once more ends at once`);
    brokenOff.abort(new ComposeError('the round was broken off'));
  });
}

// The numbers of the round, whatever the user's own .env says.
const environment = {
  ...process.env,
  INSERTER_REPLICAS: '1',
  VALIDATOR_REPLICAS: '1',
  CONSUMER_REPLICAS: '1',
  CONSUMER_PORTS: '8083',
  LOAD_RATE: String(options.rate),
  LOAD_KEYS: '5000',
  LOAD_BAD_SHARE: '0.01',
};
const composeWords = options.compose;
const compose = new Compose(composeWords, root, environment, brokenOff.signal);

/** Nothing of an earlier or another round may be there: what this one takes down has to be its own. */
async function mustBeFree(): Promise<void> {
  await compose.run(['config', '-q'], { timeoutMs: 60_000 });
  const { out } = await compose.run(['ps', '-a', '-q'], { timeoutMs: 60_000 });
  if (out.trim() === '') return;
  const remedy = `${composeWords.join(' ')} -p ${project} down -v`;
  throw new ComposeError(`A round is running, or one was ended by force; \`${remedy}\` takes it down.`);
}

async function timed(step: string, work: () => Promise<string>): Promise<StepResult> {
  const started = performance.now();
  const end = (passed: boolean, told: string) => ({
    step,
    passed,
    seconds: (performance.now() - started) / 1_000,
    told,
  });
  try {
    return end(true, await work());
  } catch (error) {
    return end(false, error instanceof Error ? error.message : String(error));
  }
}

async function takeDown(): Promise<string> {
  const free = compose.withSignal(new AbortController().signal);
  await free.run(['down', '-v', '--remove-orphans', '--timeout', '20'], { timeoutMs: 180_000 });
  const { out } = await free.run(['ps', '-a', '-q'], { timeoutMs: 60_000 });
  if (out.trim() !== '') throw new Error(`containers are left:\n${out}`);
  return 'no container, network or volume is left';
}

/** What the containers said at last, for who has to find out why. */
async function showLogs(): Promise<void> {
  const services = ['tutorial', 'consumer', 'schema-validator', 'inserter', 'load'];
  const { out } = await compose.run(['logs', '--no-color', '--tail', '15', ...services], {
    timeoutMs: 60_000,
    mayFail: true,
  });
  console.log(out.replace(/^/gm, '    '));
}

try {
  await mustBeFree();
} catch (error) {
  if (!(error instanceof ComposeError)) throw error;
  console.error(error.message);
  process.exit(exitCodes.cannotBegin);
}

const startedAt = new Date().toISOString();
const results: StepResult[] = [];
const add = (result: StepResult) => {
  results.push(result);
  console.log(stepLine(result));
};
const stack = new Stack(compose, brokenOff.signal);
for (const step of steps) {
  if (step.isLeftOut?.(options)) {
    add({ step: step.name, passed: false, isLeftOut: true, seconds: 0, told: 'left out, as asked' });
    continue;
  }
  add(await timed(step.name, () => step.run(stack, options)));
  if (results.at(-1)?.passed) continue;
  if (!brokenOff.signal.aborted) await showLogs();
  break;
}
add(await timed('down', takeDown));

const { passed, seconds, line } = verdict(results, steps.length + 1);
console.log(`\n${line}`);
if (options.json !== undefined) {
  const report = { passed, startedAt, seconds, compose: options.compose, without: options.without, steps: results };
  writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
}
if (!passed) process.exitCode = exitCodes.failed;
