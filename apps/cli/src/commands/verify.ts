import { randomUUID } from 'node:crypto';
import { access, constants, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createKafka, installHeaderHooks, registerCodecs } from '@millrace/kafka';
import { ConfigError, type TlsFiles } from '@millrace/service';
import kafkajs from 'kafkajs';
import { CliError, messageOf } from '../cli-error.ts';
import type { Output } from '../output.ts';
import { Audit } from '../verify/audit.ts';
import type { AuditLane } from '../verify/audit-lanes.ts';
import { least } from '../verify/bigints.ts';
import { LaneWriter } from '../verify/lane-writer.ts';
import { LastOffsets } from '../verify/last-offsets.ts';
import { MilvusReader } from '../verify/milvus-reader.ts';
import { milvusAccess } from '../verify/milvus-target.ts';
import { planAudit } from '../verify/plan-audit.ts';
import { ProgressView } from '../verify/progress-view.ts';
import type { RangeBounds } from '../verify/range-bounds.ts';
import { RecordChecks } from '../verify/record-checks.ts';
import { type RepairParts, repair } from '../verify/repair.ts';
import type { Tally } from '../verify/tally.ts';
import { KafkaTopics } from '../verify/topics.ts';
import {
  describeRanges,
  describeRepair,
  describeTally,
  describeVerdict,
  type RepairReport,
  reportJson,
  type VerifyReport,
} from '../verify/verify-report.ts';
import { findConnector, type VerifySettings } from '../verify/verify-settings.ts';

export interface VerifyOptions {
  readonly from?: RangeBounds;
  readonly to?: RangeBounds;
  readonly json?: string;
  /** Writes again what is missing or stale. */
  readonly repair: boolean;
  /** Also looks for rows whose keys no record has. */
  readonly extra: boolean;
  /** For the table of keys. */
  readonly memoryMb: number;
}

/** Settings that the person gave, on the command line or in the environment, as against their defaults. */
export interface Explicit {
  readonly kafka: boolean;
  /** On the command line alone: the environment's counts after the connector's own. */
  readonly milvus: boolean;
}

/**
 * Compares what a connector has read with Milvus and the dead letter topic, and prints what became of every offset.
 *
 * @returns whether all are accounted for
 * @throws CliError, with the exit code of a configuration that does not fit, or of a server that does not answer
 */
export async function verify(
  settings: VerifySettings,
  explicit: Explicit,
  connector: string,
  options: VerifyOptions,
  output: Output,
): Promise<boolean> {
  if (options.json !== undefined) await refuseUnwritable(dirname(options.json));
  const found = findConnector(settings, connector, kafkaOf(settings, explicit));
  const { config } = found;
  const { endpoint, token } = milvusAccess(found, {
    endpoint: settings.milvus,
    isExplicit: explicit.milvus,
    token: settings.milvusToken,
  });
  registerCodecs();
  installHeaderHooks();
  const topics = new KafkaTopics(createKafka(found.brokers, { ...config.kafka, clientId: 'millrace-cli' }, silent));
  const checks = recordChecks(settings);
  const milvus = new MilvusReader(endpoint, token);
  const progress = new ProgressView(output);
  const writer = new LaneWriter(settings.validator, tlsOf(settings), config.writeTimeoutMs);
  const begunAt = performance.now();
  try {
    const parts = { topics, checks, milvus, session: `verify-${randomUUID()}`, progress };
    const plan = await planAudit(config, { ...parts, wishes: { from: options.from, to: options.to } });
    const about = { connector, group: config.kafka.groupId, ranges: plan.ranges };
    for (const line of describeRanges(about)) output.line(line);
    const lastOffsets = new LastOffsets(options.memoryMb * 1024 * 1024);
    const auditOf = (lanes: readonly AuditLane[], extra = false) =>
      new Audit({ topics, checks, lanes, lastOffsets, extra, progress });
    const audit = auditOf(plan.lanes, options.extra);
    await audit.run();
    progress.end();
    const report: VerifyReport = {
      ...about,
      deadLetterTopic: config.errors.deadLetters?.topic,
      masked: config.errors.maskValues,
      tally: audit.tally,
      unmatched: [...audit.counted.keys()],
      passes: audit.passes,
      seconds: (performance.now() - begunAt) / 1_000,
    };
    output.line();
    for (const line of [...describeTally(report), describeVerdict(report)]) output.line(line);
    const again = plan.lanes.flatMap((lane) => laneAgain(lane, audit));
    const repaired =
      options.repair && !audit.tally.isWhole
        ? await repairAndLook(audit.tally, { topics, checks, writer, progress }, auditOf(again))
        : undefined;
    progress.end();
    if (repaired !== undefined) for (const line of describeRepair(repaired, report)) output.line(line);
    if (options.json !== undefined) await writeReport(options.json, reportJson(report, repaired));
    return (repaired?.left ?? audit.tally).isWhole;
  } catch (error) {
    if (isOfKafka(error))
      throw new CliError(`Kafka does not answer: ${messageOf(error)}`, 'unavailable', { cause: error });
    throw error;
  } finally {
    milvus.close();
    checks.close();
    writer.close();
  }
}

/** Told before the work, which may take an hour. */
async function refuseUnwritable(folder: string): Promise<void> {
  try {
    await access(folder, constants.W_OK);
  } catch (error) {
    throw new CliError(`--json: cannot write into ${folder}: ${messageOf(error)}`, 'usage', { cause: error });
  }
}

async function writeReport(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, `${text}\n`);
  } catch (error) {
    throw new CliError(`the report could not be written to ${file}: ${messageOf(error)}`, 'cannotCreate', {
      cause: error,
    });
  }
}

/** What is looked at again of a lane: everything from the first record that was found; all of it where rows are counted. */
function laneAgain(lane: AuditLane, { tally, counted }: Audit): AuditLane[] {
  if (counted.has(lane.collection)) return [lane];
  const found = tally.offsets.get(lane);
  return found === undefined ? [] : [{ ...lane, from: least(...found) }];
}

async function repairAndLook({ offsets }: Tally, parts: RepairParts, again: Audit): Promise<RepairReport> {
  const { sent, unwritable } = await repair(offsets, parts);
  await again.run();
  return { sent, unwritable, left: again.tally };
}

/** What it says besides becomes an error, or is tried again. */
const silent = { warn: () => {}, debug: () => {} };

/** Undefined where the worker's file is to say it. */
function kafkaOf({ kafka, workerConfig }: VerifySettings, explicit: Explicit): string | undefined {
  return explicit.kafka || workerConfig === undefined ? kafka : undefined;
}

const tlsOf = ({ tlsCaFile, tlsCertFile, tlsKeyFile }: VerifySettings): TlsFiles => ({
  tlsCaFile,
  tlsCertFile,
  tlsKeyFile,
});

function recordChecks(settings: VerifySettings): RecordChecks {
  try {
    return new RecordChecks(settings.validator, tlsOf(settings));
  } catch (error) {
    if (error instanceof ConfigError) throw new CliError(error.message, 'configuration', { cause: error });
    throw error;
  }
}

/** Node finds kafkajs's error classes in the default export only. */
const isOfKafka = (error: unknown): boolean => error instanceof kafkajs.KafkaJSError;
