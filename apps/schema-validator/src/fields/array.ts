import { elementsOf } from '../formats/json-value.ts';
import { elementPath } from '../shown-text.ts';
import { arrayElements, endArray } from './array-elements.ts';
import { type Field, type FieldPlan, reportWrongType } from './field.ts';

function expected(plan: FieldPlan): string {
  const each = arrayElements[plan.elementType]?.field.expected(plan) ?? 'a value';
  return `a list of at most ${plan.maxCapacity} values, each ${each}`;
}

/**
 * A list of at most `max_capacity` values of the element type, each checked as a field of that type; an empty list is a
 * value, a null element is none. The limits are those of Milvus's own check of Array fields.
 */
export const array: Field = {
  expected,
  encode(document, value, plan, column, report) {
    const element = arrayElements[plan.elementType];
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
    endArray(column, start, element);
  },
};
