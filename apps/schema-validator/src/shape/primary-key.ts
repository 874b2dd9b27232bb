import { FieldType, InsertMode, PrimaryKeyMode } from '@millrace/contracts';
import { keyPath } from './key-formats.ts';
import { kafkaKey } from './metadata.ts';
import type { RecordKey } from './record-key.ts';
import type { ShapeDraft } from './shape-draft.ts';
import { takesKey } from './taking-types.ts';

/** Digits of the largest offset. */
const offsetDigitsMax = 19;

const modes: Readonly<Record<PrimaryKeyMode, (draft: ShapeDraft) => void>> = {
  [PrimaryKeyMode.UNSPECIFIED]: planValueKey,
  [PrimaryKeyMode.RECORD_KEY]: planRecordKey,
  [PrimaryKeyMode.KAFKA]: planKafkaKey,
};

/** The primary key of rows, where it does not come from the member of its name. */
export function planPrimaryKey(draft: ShapeDraft): void {
  const { primaryKeyMode, primaryKeyPath } = draft.options;
  const isAsked = primaryKeyMode !== PrimaryKeyMode.UNSPECIFIED || primaryKeyPath.length > 0;
  if (draft.plan.keyIndex >= 0) modes[primaryKeyMode](draft);
  else if (isAsked) {
    draft.problems.add('V107', `${draft.collectionText} makes its own keys (autoID): there is none to fill by pk.mode`);
  }
}

function planValueKey(draft: ShapeDraft): void {
  const { primaryKeyPath } = draft.options;
  if (primaryKeyPath.length > 0) draft.fillFromValue(draft.plan.keyIndex, 'pk.fields', primaryKeyPath);
}

function planRecordKey(draft: ShapeDraft): void {
  const option = 'pk.mode=record_key';
  const key = draft.rowKey(option);
  if (draft.claim(draft.plan.keyIndex, option, keyPath) && key) addKey(draft, key, option);
}

/** Has the reader of keys fill the primary key. */
export function addKey(draft: ShapeDraft, key: RecordKey, option: string): void {
  const { keyIndex } = draft.plan;
  const planned = draft.fields[keyIndex];
  if (!planned) return;
  const { name, type } = planned.plan;
  const { primaryKeyPath, keyFormat } = draft.options;
  key.addPrimaryKey(keyIndex, planned, primaryKeyPath.length > 0 ? primaryKeyPath : [name]);
  if (takesKey(type, keyFormat)) return;
  draft.problems.add('V108', `${option}: ${draft.fieldText(keyIndex)} does not take keys of this key.converter`);
}

function planKafkaKey(draft: ShapeDraft): void {
  const { keyIndex } = draft.plan;
  const option = 'pk.mode=kafka';
  if (!draft.claim(keyIndex, option, '$offset')) return;
  const { topic, partition } = draft.open;
  const plan = draft.plan.fields[keyIndex]?.plan;
  if (draft.plan.insertMode === InsertMode.UPDATE) {
    draft.problems.add('V115', `${option} gives each record a key of its own, so insert.mode=update updates nothing`);
  }
  const bytes = Buffer.byteLength(`${topic}+${partition}+`) + offsetDigitsMax;
  if (plan?.type !== FieldType.VARCHAR) {
    draft.problems.add('V108', `${option} makes keys of text, which ${draft.fieldText(keyIndex)} does not take`);
  } else if (plan.maxLength < bytes) {
    const text = `${option} makes keys of up to ${bytes} bytes here, \`${plan.name}\` takes ${plan.maxLength}`;
    draft.problems.add('V108', text);
  }
  draft.fillers.push(kafkaKey(keyIndex, topic, partition));
}
