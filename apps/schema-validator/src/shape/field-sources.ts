import { FieldType, Source } from '@millrace/contracts';
import { ColumnBuilder } from '../column-builder.ts';
import { Report } from '../report.ts';
import { memberPath } from '../shown-text.ts';
import { keyPath } from './key-formats.ts';
import { type Located, locatedInteger, locatedText } from './located.ts';
import { missingField } from './member-options.ts';
import { constant, headerText, offset, timestamp } from './metadata.ts';
import { pathText } from './path-text.ts';
import type { Filler } from './shape.ts';
import type { ShapeDraft } from './shape-draft.ts';
import { isText, takesCount, takesKey, takesMoment, takesText } from './taking-types.ts';

export type KnownSource = Exclude<Source, typeof Source.UNSPECIFIED>;

/** One source of a field that the collection has. */
interface Asked {
  readonly index: number;
  readonly type: FieldType;
  readonly path: readonly string[];
  /** As a connector has it: `fields.source=title:$.doc.title`. */
  readonly option: string;
}

interface SourceKind {
  /** What comes from there, in words. */
  readonly what: string;
  /** Whether there is a value of it that the field takes. */
  takes(asked: Asked, draft: ShapeDraft): boolean;
  /** As a connector writes it. */
  text(path: readonly string[]): string;
  fill(asked: Asked, draft: ShapeDraft): void;
}

/** Every source of the contract; one without its row does not compile. */
const kinds: Readonly<Record<KnownSource, SourceKind>> = {
  [Source.VALUE]: {
    what: 'a member',
    takes: () => true,
    text: (path) => pathText('$', path),
    fill: ({ index, option, path }, draft) => draft.fillFromValue(index, option, path),
  },
  [Source.KEY]: {
    what: 'a key of this key.converter',
    takes: ({ type, path }, { options }) => takesKey(type, options.keyFormat, path),
    text: (path) => pathText(keyPath, path),
    fill({ index, option, path }, draft) {
      if (draft.claim(index, option, pathText(keyPath, path))) draft.rowKey(option)?.addField(index, path);
    },
  },
  [Source.HEADER]: {
    what: 'the text of a header',
    takes: ({ type }) => takesText(type),
    text: ([name = '']) => memberPath('$header', name),
    fill({ index, option, path: [name = ''] }, draft) {
      const path = memberPath('$header', name);
      draft.headers.add(name);
      fillBy(headerText(index, name, path), index, option, path, draft);
    },
  },
  [Source.TIMESTAMP]: {
    what: 'a timestamp',
    takes: ({ type }) => takesMoment(type),
    text: () => '$timestamp',
    fill({ index, option, type }, draft) {
      draft.readsTimestamps = true;
      fillBy(timestamp(index, type !== FieldType.INT64), index, option, '$timestamp', draft);
    },
  },
  [Source.TOPIC]: {
    what: 'the name of a topic',
    takes: ({ type }) => isText(type),
    text: () => '$topic',
    fill: (asked, draft) => fillByConstant(locatedText(draft.open.topic), '$topic', asked, draft),
  },
  [Source.PARTITION]: {
    what: 'the number of a partition',
    takes: ({ type }) => takesCount(type),
    text: () => '$partition',
    fill(asked, draft) {
      const { partition } = draft.open;
      const located = isText(asked.type) ? locatedText(String(partition)) : locatedInteger(partition);
      fillByConstant(located, '$partition', asked, draft);
    },
  },
  [Source.OFFSET]: {
    what: 'an offset',
    takes: ({ type }) => takesCount(type),
    text: () => '$offset',
    fill({ index, option, type }, draft) {
      fillBy(offset(index, isText(type)), index, option, '$offset', draft);
    },
  },
};

/** Whether the number is a source that this version knows. */
export function isKnownSource(source: number): source is KnownSource {
  return Object.hasOwn(kinds, source);
}

/** The fields that are filled from elsewhere than the members of their names. */
export function planSources(draft: ShapeDraft): void {
  for (const { field, source, path } of draft.options.sources) {
    if (!isKnownSource(source)) continue;
    const kind = kinds[source];
    const option = `fields.source=${field}:${kind.text(path)}`;
    const index = draft.plan.indexByName.get(field);
    const type = index === undefined ? undefined : draft.plan.fields[index]?.plan.type;
    const generated = draft.plan.generated.get(field);
    if (index !== undefined && type !== undefined) planSource(kind, { index, type, path, option }, draft);
    else if (generated !== undefined) draft.problems.add('V107', `${option} fills \`${field}\`: ${generated}`);
    else draft.problems.add('V107', `${option} ${missingField(draft, field)}`);
  }
}

function planSource(kind: SourceKind, asked: Asked, draft: ShapeDraft): void {
  if (kind.takes(asked, draft)) kind.fill(asked, draft);
  else draft.problems.add('V108', `${asked.option}: ${draft.fieldText(asked.index)} does not take ${kind.what}`);
}

function fillBy(filler: Filler, index: number, option: string, path: string, draft: ShapeDraft): void {
  if (draft.claim(index, option, path)) draft.fillers.push(filler);
}

/** What is the same in all records is checked here and now. */
function fillByConstant(located: Located, path: string, { index, option }: Asked, draft: ShapeDraft): void {
  fillBy(constant(index, located), index, option, path, draft);
  const planned = draft.fields[index];
  if (!planned) return;
  const report = new Report(1);
  const { document, value } = located;
  planned.field.encode(document, value, planned.plan, new ColumnBuilder(planned.plan), report);
  const [violation] = report.take().violations;
  if (violation) draft.problems.add('V108', `${option}: ${violation.message}`);
}
