import { type Field, type FieldPlan, reportWrongType } from './field.ts';
import { varchar } from './varchar.ts';

function expected(plan: FieldPlan): string {
  return plan.maxLength > 0 ? varchar.expected(plan) : 'a string';
}

/**
 * Long text, byte for byte. Milvus wants no max_length of it and keeps to one where the schema has it
 * (`checkTextFieldData` of `internal/proxy/validate_util.go`); it travels as a VarChar does. What bounds it otherwise is
 * the size of a record.
 */
export const text: Field = {
  expected,
  encode(document, value, plan, column, report) {
    if (value.kind !== 'string') return reportWrongType(document, value, plan, expected(plan), report);
    const bounded = plan.maxLength > 0 ? plan : { ...plan, maxLength: Number.POSITIVE_INFINITY };
    varchar.encode(document, value, bounded, column, report);
  },
};
