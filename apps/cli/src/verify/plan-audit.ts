import { type ConnectorConfig, collectionOf, topicChooser } from '@millrace/connector-config';
import { type Collection, type OpenLane, serverVersionOf } from '@millrace/contracts';
import { openLaneOf, partitionId } from '@millrace/lanes';
import { CliError } from '../cli-error.ts';
import type { AuditProgress } from './audit.ts';
import type { AuditCollection, AuditLane } from './audit-lanes.ts';
import { deadLetterOffsets } from './dead-letter-offsets.ts';
import { type LaneRange, laneRanges, type RangeWishes } from './lane-ranges.ts';
import type { MilvusReader } from './milvus-reader.ts';
import { MilvusRows } from './milvus-rows.ts';
import { OffsetSet } from './offset-set.ts';
import type { RangeBounds } from './range-bounds.ts';
import type { RecordChecks } from './record-checks.ts';
import { RowRules } from './row-rules.ts';
import type { KafkaTopics } from './topics.ts';

export interface PlanParts {
  readonly topics: KafkaTopics;
  readonly checks: Pick<RecordChecks, 'describe'>;
  readonly milvus: MilvusReader;
  readonly session: string;
  readonly wishes: RangeWishes;
  readonly progress: Pick<AuditProgress, 'begin'>;
}

export interface AuditPlan {
  readonly lanes: readonly AuditLane[];
  /** What is looked at, also where the group has committed nothing. */
  readonly ranges: readonly LaneRange[];
}

/**
 * What has to be looked at of a connector. What its group has committed is read before the dead letters, so that the
 * letter of every rejected record below it is there.
 *
 * @throws CliError where a topic or a collection is not there
 */
export async function planAudit(config: ConnectorConfig, parts: PlanParts): Promise<AuditPlan> {
  const ranges = await rangesOf(config, parts);
  const letters = await lettersOf(config, parts);
  const collections = new Map<string, AuditCollection>();
  const lanes: AuditLane[] = [];
  for (const range of ranges) {
    const open = openLaneOf(config, range, parts.session);
    const name = collectionOf(config.route, range.topic) ?? '';
    const collection = collections.get(name) ?? (await describe(open, name, collections.size, parts));
    collections.set(name, collection);
    lanes.push({
      index: lanes.length,
      topic: range.topic,
      partition: range.partition,
      collection,
      open,
      from: range.from,
      to: range.to,
      committed: range.committed ?? range.from,
      letters: letters.get(partitionId(range)) ?? new OffsetSet(),
    });
  }
  return { lanes, ranges };
}

async function rangesOf(config: ConnectorConfig, { topics, wishes }: PlanParts): Promise<readonly LaneRange[]> {
  const found = await topics.admin(async (admin) => {
    const ranges: LaneRange[] = [];
    for (const topic of chooseTopics(config, await admin.listTopics()).topics) {
      ranges.push(...(await laneRanges(admin, config.kafka.groupId, topic, wishes)));
    }
    return ranges;
  });
  refuseUnknownPlaces('--from', wishes.from, found);
  refuseUnknownPlaces('--to', wishes.to, found);
  return found;
}

/** A bound that says nothing of any partition is a slip of the pen, and would widen what is looked at. */
function refuseUnknownPlaces(option: string, bounds: RangeBounds | undefined, ranges: readonly LaneRange[]): void {
  const known = new Set(ranges.flatMap(({ topic, partition }) => [`${topic}/${partition}`, String(partition)]));
  const unknown = [...(bounds?.places ?? [])].filter((place) => !known.has(place));
  if (unknown.length === 0) return;
  const there = ranges.map(({ topic, partition }) => `${topic}/${partition}`);
  const shown = there.length > 12 ? `${there.slice(0, 12).join(', ')} and others` : there.join(', ');
  throw new CliError(
    `${option} names ${unknown.join(', ')}, which the connector does not read; it reads ${shown}`,
    'usage',
  );
}

function chooseTopics(config: ConnectorConfig, present: readonly string[]) {
  try {
    return topicChooser(config)(present);
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error), 'configuration', { cause: error });
  }
}

async function lettersOf({ name, errors }: ConnectorConfig, { topics, progress }: PlanParts) {
  const topic = errors.deadLetters?.topic;
  if (topic === undefined) return new Map<string, OffsetSet>();
  return deadLetterOffsets(topics, topic, name, (letters) => progress.begin('dead letters', letters));
}

async function describe(open: OpenLane, name: string, index: number, parts: PlanParts): Promise<AuditCollection> {
  const { collection, insertMode } = await parts.checks.describe(open);
  if (collection === undefined) throw new Error('the schema-validator described no collection');
  const rows = new MilvusRows(parts.milvus, {
    database: open.target?.database ?? '',
    collection: name,
    partition: open.target?.partition ?? '',
    server: serverVersionOf(collection.serverVersion),
  });
  const defaults = hasDefaults(collection) ? await rows.defaults() : new Map<string, string>();
  return { index, name, rules: new RowRules(collection, insertMode, defaults), rows };
}

const hasDefaults = ({ fields }: Collection): boolean => fields.some(({ hasDefault }) => hasDefault);
