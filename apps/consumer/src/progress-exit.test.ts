import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, projectRoot, startChild, temporaryFolder } from '@millrace/testing';
import { expect, onTestFinished, test } from 'vitest';
import { Broker, until } from '../test/broker.ts';

test('a consumer whose fetches hang is not ready, says why, and ends with 70', { timeout: 90_000 }, async () => {
  const broker = await Broker.start();
  onTestFinished(() => broker.remove());
  const folder = await temporaryFolder('progress-exit');
  onTestFinished(() => folder.remove());
  await broker.createTopic('books');
  await writeFile(join(folder.path, 'shop.properties'), 'name=shop\ntopics=books\ncollection.name=books\n');
  const url = `http://127.0.0.1:${await freePort()}`;
  const logFile = join(folder.path, 'consumer.log');
  const isJoined = async () =>
    (await fetch(`${url}/connectors/shop/status`)).text().then((text) => /RUNNING/.test(text));
  const consumer = await startChild({
    name: 'consumer',
    command: process.execPath,
    args: [join(projectRoot, 'apps/consumer/src/main.ts')],
    env: {
      PATH: process.env.PATH,
      HTTP_PORT: new URL(url).port,
      BOOTSTRAP_SERVERS: broker.server.bootstrap,
      CONNECTORS_DIR: folder.path,
      VALIDATOR_ADDRESS: `dns:///127.0.0.1:${await freePort()}`,
      PROGRESS_TIMEOUT_MS: '2000',
    },
    logFile,
    ready: isJoined,
  });
  onTestFinished(() => void consumer.kill());

  process.kill(broker.server.pid, 'SIGSTOP');
  onTestFinished(() => void process.kill(broker.server.pid, 'SIGCONT'));
  const complaint = 'connector shop is in its group and has fetched nothing for';
  await until(async () => {
    const answer = await fetch(`${url}/readyz`);
    return answer.status === 503 && (await answer.text()).includes(complaint);
  });
  expect(await consumer.exited).toEqual({ code: 70, signal: null });
  expect(await readFile(logFile, 'utf8')).toContain(`${complaint} 4 s; the process ends, so that a new one can go on`);
});
