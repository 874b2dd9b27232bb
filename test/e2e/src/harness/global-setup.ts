import { freePort, startKafka, temporaryFolder } from '@millrace/testing';
import type { TestProject } from 'vitest/node';
import { saslPassword, saslUser } from './secrets.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** `host:port` of the one broker that all stories share; each uses topics and connectors of its own name. */
    bootstrap: string;
    /** The same broker's listener that wants a user name and a password. */
    saslBootstrap: string;
    /** Where that broker keeps its data, to look at what it really stored. */
    kafkaData: string;
  }
}

/** One broker for all files, since starting it costs more than most stories. Its data folder ends with it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await temporaryFolder('e2e-kafka');
  const [port, saslPort, controllerPort] = [await freePort(), await freePort(), await freePort()];
  const plainModule = 'org.apache.kafka.common.security.plain.PlainLoginModule required';
  const kafka = await startKafka({
    dataDir: folder.path,
    port,
    properties: {
      listeners: `PLAINTEXT://127.0.0.1:${port},LOGIN://127.0.0.1:${saslPort},CONTROLLER://127.0.0.1:${controllerPort}`,
      'advertised.listeners': `PLAINTEXT://127.0.0.1:${port},LOGIN://127.0.0.1:${saslPort}`,
      'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
      'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,LOGIN:SASL_PLAINTEXT',
      'sasl.enabled.mechanisms': 'PLAIN',
      'listener.name.login.plain.sasl.jaas.config': `${plainModule} user_${saslUser}="${saslPassword}";`,
    },
  });
  project.provide('bootstrap', kafka.bootstrap);
  project.provide('saslBootstrap', `127.0.0.1:${saslPort}`);
  project.provide('kafkaData', folder.path);
  return () => kafka.remove();
}
