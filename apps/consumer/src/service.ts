import { hostname } from 'node:os';
import { systemClock } from '@millrace/delivery';
import { installHeaderHooks, registerCodecs } from '@millrace/kafka';
import { HttpServer, healthRoutes, isLoopback, type Service, type ServiceContext } from '@millrace/service';
import { type ConsumerSettings, loadConfiguration } from './config.ts';
import { connectorStatus, connectRoutes } from './connect-rest.ts';
import { Connector } from './connector.ts';
import { connectorKafka } from './connector-kafka.ts';
import { installGroupHooks } from './group-hooks.ts';
import { observeConsumer } from './metrics.ts';
import { ReadBudget } from './read-budget.ts';
import { quietRequestTimers } from './request-timers.ts';
import { ValidatorClient } from './validator-client.ts';

const version = '0.1.0';

/** Reads the connectors, starts them, and answers for them over HTTP. */
export async function startConsumer(settings: ConsumerSettings, context: ServiceContext): Promise<Service> {
  const { logger, metricsRoute, fail } = context;
  const { worker, connectors: configs, noteLines } = loadConfiguration(settings, process.env);
  for (const line of noteLines) logger.info({ event: 'config_note' }, line);
  if (!settings.tlsCaFile && !isLoopback(settings.validatorAddress)) {
    logger.warn({ event: 'plain_text_hop' }, `records go to ${settings.validatorAddress} without TLS`);
  }
  installGroupHooks();
  installHeaderHooks();
  quietRequestTimers();
  registerCodecs();
  const budget = new ReadBudget(settings.readBudgetBytes, systemClock);
  const validator = new ValidatorClient(settings.validatorAddress, settings);
  const connectors = configs.map(
    (config) =>
      new Connector(config, {
        kafka: connectorKafka(config, worker, logger),
        clock: systemClock,
        logger,
        openStream: validator.open,
        budget,
        drainTimeoutMs: settings.drainTimeoutMs,
        progressTimeoutMs: settings.progressTimeoutMs,
        fail,
      }),
  );
  for (const { config } of connectors) {
    const topic = config.errors.deadLetters?.topic;
    if (topic) logger.info({ event: 'dead_letter_topic', connector: config.name }, `rejected records go to ${topic}`);
  }
  validator.watch({
    ready: (isReady) =>
      logger.info({ event: 'validator_reachable', isReady }, `schema-validator ${isReady ? '' : 'not '}reachable`),
    grown: () => {
      const { servers } = validator;
      const ready = servers.filter((server) => server.ready).length;
      logger.info({ event: 'validators', servers }, `${ready} of ${servers.length} schema-validators can be reached`);
      for (const connector of connectors) connector.spreadLanes(() => validator.isUneven);
    },
  });
  observeConsumer(connectors, systemClock.now);
  const workerId = `${hostname()}:${settings.httpPort}`;
  let stopping = false;
  const http = new HttpServer(
    [
      healthRoutes({
        notReadyBecause() {
          if (stopping) return 'stopping';
          const reasons = connectors.flatMap(({ config, notReadyBecause }) =>
            notReadyBecause === undefined ? [] : [`${config.name}: ${notReadyBecause}`],
          );
          if (!validator.isReady) reasons.push(`no connection to ${settings.validatorAddress}`);
          return reasons.length === 0 ? undefined : reasons.join('; ');
        },
        status: () => ({
          service: 'consumer',
          version,
          budget: { bytes: budget.bytes, heldBytes: budget.heldBytes },
          schema_validators: { address: validator.address, servers: validator.servers },
          connectors: connectors.map((connector) => connectorStatus(connector, workerId)),
        }),
      }),
      connectRoutes(connectors, workerId, version),
      metricsRoute,
    ],
    logger,
  );
  const port = await http.start(settings.httpHost, settings.httpPort);
  logger.info({ event: 'started', port, connectors: configs.map(({ name }) => name) }, 'started');
  for (const connector of connectors) connector.start();
  return {
    async stop() {
      stopping = true;
      await Promise.all(connectors.map((connector) => connector.stop()));
      validator.close();
      await http.stop();
    },
  };
}
