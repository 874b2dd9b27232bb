import { FieldType } from '@millrace/contracts';
import type { ColumnBuilder } from '../column-builder.ts';
import { elementsOf } from '../formats/json-value.ts';
import { elementPath } from '../shown-text.ts';
import { bool } from './bool.ts';
import { double } from './double.ts';
import { type Field, type FieldPlan, reportWrongType } from './field.ts';
import { float } from './float.ts';
import { int8 } from './int8.ts';
import { int16 } from './int16.ts';
import { int32 } from './int32.ts';
import { int64 } from './int64.ts';
import { varchar } from './varchar.ts';

/** How elements of a type are checked, and which member of Milvus's ScalarField holds them, packed or one by one. */
interface Element {
  readonly field: Field;
  readonly member: number;
  readonly isPacked: boolean;
}

/** The types that Milvus takes as elements, by code. */
const elements: Readonly<Record<number, Element>> = {
  [FieldType.BOOL]: { field: bool, member: 1, isPacked: true },
  [FieldType.INT8]: { field: int8, member: 2, isPacked: true },
  [FieldType.INT16]: { field: int16, member: 2, isPacked: true },
  [FieldType.INT32]: { field: int32, member: 2, isPacked: true },
  [FieldType.INT64]: { field: int64, member: 3, isPacked: true },
  [FieldType.FLOAT]: { field: float, member: 4, isPacked: true },
  [FieldType.DOUBLE]: { field: double, member: 5, isPacked: true },
  [FieldType.VARCHAR]: { field: varchar, member: 6, isPacked: false },
};

/** Whether a type code of Milvus is one that elements of an Array can have. */
export function isArrayElementType(typeCode: number): typeCode is FieldType {
  return Object.hasOwn(elements, typeCode);
}

function expected(plan: FieldPlan): string {
  const each = elements[plan.elementType]?.field.expected(plan) ?? 'a value';
  return `a list of at most ${plan.maxCapacity} values, each ${each}`;
}

/**
 * A list of at most `max_capacity` values of the element type, each checked as a field of that type; an empty list is a
 * value, a null element is none. The limits are those of Milvus's own check of Array fields.
 */
export const array: Field = {
  expected,
  encode(document, value, plan, column, report) {
    const element = elements[plan.elementType];
    if (value.kind !== 'array' || !element) return reportWrongType(document, value, plan, expected(plan), report);
    const start = column.length;
    let index = 0;
    const elementPlan = {
      ...plan,
      get path() {
        return elementPath(plan.path, index);
      },
    };
    for (const item of elementsOf(document, value)) {
      if (item.kind === 'null') {
        report.add('V042', { path: elementPlan.path, expected: element.field.expected(plan), found: 'null' });
      } else if (index < plan.maxCapacity) element.field.encode(document, item, elementPlan, column, report);
      index++;
    }
    if (index > plan.maxCapacity) {
      const message = `the list has ${index} elements, the field takes ${plan.maxCapacity}`;
      report.add('V041', { path: plan.path, message, expected: expected(plan), found: `${index} elements` });
    }
    wrap(column, start, element);
  },
};

/** Makes what was appended since `start` one element of the column: a ScalarField, its member there even when empty. */
function wrap(column: ColumnBuilder, start: number, { member, isPacked }: Element): void {
  if (isPacked && column.length > start) column.prependLength(start, 0x0a);
  column.prependLength(start, member * 8 + 2);
  column.prependLength(start, 0x0a);
}
