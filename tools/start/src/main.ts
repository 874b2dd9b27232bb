/** `npm start`: from nothing to records that stream from Kafka into Milvus, in one terminal. */
import { relative } from 'node:path';
import { type Child, logEnd, tryLock } from '@millrace/testing';
import { runCommandLine, stopCommandLine } from './command-line.ts';
import { prepareFolders } from './folders.ts';
import { readOptions, usage } from './options.ts';
import { bold, dim, line } from './screen.ts';
import { startDemoKafka, startDemoMilvus } from './servers.ts';
import { choosePorts, planServices, startService } from './services.ts';
import { watchFlow } from './watch-flow.ts';
import { environmentOf, printWhatToTry } from './what-to-try.ts';

/** EX_USAGE of sysexits.h. */
const wrongUsage = 64;

/** In the order in which they were started. */
const children: Child[] = [];
let stopping: Promise<void> | undefined;

/** Ends everything, the last started first, so that each can finish what it holds while the others still answer. */
function stopAll(): Promise<void> {
  stopping ??= (async () => {
    stopCommandLine();
    for (const child of children.toReversed()) await child.stop();
  })();
  return stopping;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (stopping === undefined) line(dim('\nStopping …'));
    // What is still being started is not among the children yet; it ends with this process.
    void stopAll().finally(() => process.exit(0));
  });
}

async function keep(starting: Promise<Child>): Promise<void> {
  const child = await starting;
  children.push(child);
  void child.exited.then(async ({ code, signal }) => {
    if (stopping !== undefined) return;
    line(`${child.name} ended unexpectedly (${signal ?? code}). ${logEnd(child.logFile)}`);
    await stopAll();
    process.exit(1);
  });
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (typeof options === 'string') {
    line(`${options}\n\n${usage}`);
    process.exit(wrongUsage);
  }
  if (options.help) return line(usage);
  line(`\n${bold('Millrace')}\n`);
  const isDemo = options.kafka === undefined && options.milvus === undefined;
  if ((await tryLock(`start ${options.folder}`)) === undefined)
    throw new Error(`It runs already, in ${options.folder}`);
  const folders = prepareFolders(options.folder, isDemo);

  let { kafka, milvus } = options;
  if (kafka === undefined) {
    const server = await startDemoKafka(folders);
    await keep(Promise.resolve(server));
    kafka = server.bootstrap.replace('127.0.0.1', 'localhost');
  }
  if (milvus === undefined) {
    const server = await startDemoMilvus(folders);
    await keep(Promise.resolve(server));
    milvus = `http://${server.address.replace('127.0.0.1', 'localhost')}`;
  }
  const ports = await choosePorts();
  for (const plan of planServices(kafka, milvus, folders.connectors, ports)) {
    await keep(startService(plan, folders.logs));
  }

  const places = {
    kafka,
    milvus,
    statusUrl: `http://localhost:${ports.consumerHttp}`,
    validator: `dns:///localhost:${ports.validatorGrpc}`,
  };
  line();
  if (isDemo) {
    await runCommandLine(['tutorial'], environmentOf(places));
    await runCommandLine(['words'], environmentOf(places));
  }
  printWhatToTry(places, isDemo, relative(process.cwd(), folders.logs));
  watchFlow(places.statusUrl);
}

try {
  await main();
} catch (error) {
  // While it stops on a signal, what was being done fails; that is no news.
  if (stopping === undefined) {
    line(`\n${error instanceof Error ? error.message : String(error)}`);
    await stopAll();
    process.exit(1);
  }
}
