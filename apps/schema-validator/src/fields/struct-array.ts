import { nearestKey } from '@millrace/connector-config';
import { FieldType } from '@millrace/contracts';
import type { ColumnBuilder } from '../column-builder.ts';
import { elementsOf, type JsonValue, membersOf } from '../formats/json-value.ts';
import type { Report } from '../report.ts';
import { elementPath, memberPath, shownRange } from '../shown-text.ts';
import { arrayElements, endArray } from './array-elements.ts';
import { type Field, type FieldPlan, reportWrongType } from './field.ts';
import { beginVectors, endVectors, vectorElements } from './vector-elements.ts';

const hint = 'give every object of the list all members of the struct; a member is never null and has no default';

function object({ members }: FieldPlan): string {
  return `an object with ${members.map(({ name }) => `\`${name}\``).join(', ')}`;
}

function expected(plan: FieldPlan): string {
  return `a list of at most ${plan.maxCapacity} values, each ${object(plan)}`;
}

/**
 * A list of at most `max_capacity` objects, each with every member of the struct and nothing else. A member is checked
 * as an element of an Array, or as a vector. An empty list is a value.
 *
 * Milvus gets one array for each member, and wants all of a row to be equally long (`checkAndFlattenStructFieldData` of
 * `internal/proxy/util.go`), so what is missing in one object cannot be left out.
 */
export const structArray: Field = {
  expected,
  encode(document, value, plan, column, report) {
    if (value.kind !== 'array') return reportWrongType(document, value, plan, expected(plan), report);
    const at: Position = { list: plan.path, index: 0 };
    const runs = plan.members.flatMap((member, index) => {
      const memberColumn = column.members[index];
      return memberColumn ? [beginMember(member, memberColumn, at)] : [];
    });
    for (const item of elementsOf(document, value)) {
      const path = elementPath(plan.path, at.index);
      if (item.kind !== 'object') reportNoObject(document, item, { ...plan, path }, report);
      else if (at.index < plan.maxCapacity) encodeObject(document, item, path, runs, report);
      at.index += 1;
    }
    if (at.index > plan.maxCapacity) {
      const message = `the list has ${at.index} elements, the field takes ${plan.maxCapacity}`;
      report.add('V041', { path: plan.path, message, expected: expected(plan), found: `${at.index} elements` });
    }
    for (const run of runs) run.end();
  },
};

/** The element of the list that is being read. */
interface Position {
  readonly list: string;
  index: number;
}

/** One member's values of the row that is being read. */
interface MemberRun {
  readonly plan: FieldPlan;
  readonly field: Field;
  readonly column: ColumnBuilder;
  /** Of the object that is being read. */
  value: JsonValue | undefined;
  /** Makes all that was appended the row's element of the column. */
  end(): void;
}

function beginMember(member: FieldPlan, column: ColumnBuilder, at: Position): MemberRun {
  const start = column.length;
  const plan = {
    ...member,
    get path() {
      return memberPath(elementPath(at.list, at.index), member.name);
    },
  };
  const vector = member.type === FieldType.ARRAY_OF_VECTOR ? vectorElements[member.elementType] : undefined;
  if (vector) {
    const vectorsStart = beginVectors(column, member.dim);
    const end = () => endVectors(column, start, vectorsStart, vector);
    return { plan, field: vector.field, column, value: undefined, end };
  }
  const element = arrayElements[member.elementType];
  if (!element) throw new Error(`a member of type ${member.elementType} is not planned`);
  return { plan, field: element.field, column, value: undefined, end: () => endArray(column, start, element) };
}

function encodeObject(
  document: Buffer,
  item: JsonValue,
  path: string,
  runs: readonly MemberRun[],
  report: Report,
): void {
  for (const run of runs) run.value = undefined;
  for (const { name, value } of membersOf(document, item)) {
    const run = runs.find(({ plan }) => plan.name === name);
    if (run) run.value = value;
    else reportUnknown(document, memberPath(path, name), name, value, runs, report);
  }
  for (const { plan, field, column, value } of runs) {
    if (value && value.kind !== 'null') field.encode(document, value, plan, column, report);
    else {
      const found = value ? 'null' : 'nothing';
      report.add(value ? 'V011' : 'V010', { path: plan.path, expected: field.expected(plan), found, hint });
    }
  }
}

function reportUnknown(
  document: Buffer,
  path: string,
  name: string,
  value: JsonValue,
  runs: readonly MemberRun[],
  report: Report,
): void {
  const names = runs.map(({ plan }) => plan.name);
  const meant = report.hasRoom ? nearestKey(name, names) : undefined;
  report.add('V019', {
    path,
    message: 'the struct does not have this member',
    expected: `one of ${names.map((known) => `\`${known}\``).join(', ')}`,
    found: shownRange(document, value.start, value.end),
    hint: meant === undefined ? 'leave it out; a struct has no dynamic field' : `did you mean \`${meant}\`?`,
  });
}

function reportNoObject(document: Buffer, item: JsonValue, plan: FieldPlan, report: Report): void {
  if (item.kind === 'null') report.add('V042', { path: plan.path, expected: object(plan), found: 'null' });
  else reportWrongType(document, item, plan, object(plan), report);
}
