import type { Entry } from './problem.ts';

/** Keys that do the work of Kafka Connect's transformations, by the last part of the class name. */
const keysByTransform: Readonly<Record<string, string>> = {
  ReplaceField: 'fields.include, fields.exclude and fields.rename',
  MaskField: 'fields.exclude',
  ValueToKey: 'pk.fields, or fields.source for other fields',
  ExtractField: 'pk.mode=record_key with pk.fields for keys, fields.source for values',
  InsertField: 'fields.source with $topic, $partition, $offset or $timestamp',
  Flatten: 'fields.source with paths such as $.a.b',
  HeaderToValue: "fields.source with $header['name']",
  RegexRouter: 'collection.name.format or collection.name.map',
  TimestampRouter: 'collection.name.format or collection.name.map',
  ByLogicalTableRouter: 'collection.name.format or collection.name.map',
  ExtractNewRecordState: 'fields.source with paths such as $.after.id, and delete.marker.path=$.op',
  Filter: 'behavior.on.null.values=ignore for records without a value',
};

/** What to do instead of the transformations that a connector names; undefined where that is not known of any. */
export function transformHelp(entries: readonly Entry[]): string | undefined {
  const classes = entries.flatMap(({ key, text }) =>
    /^transforms\.[^.]+\.type$/.test(key) ? [/([A-Za-z]+)(?:\$\w+)?\s*$/.exec(text)?.[1] ?? ''] : [],
  );
  const known = [...new Set(classes)].filter((name) => Object.hasOwn(keysByTransform, name));
  const parts = known.map((name) => `${name}: ${keysByTransform[name]}`);
  return parts.length === 0 ? undefined : `leave it out, and use keys instead. ${parts.join('. ')}`;
}
