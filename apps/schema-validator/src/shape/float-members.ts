import { FieldType } from '@millrace/contracts';
import type { FloatMembers } from '../formats/format.ts';
import type { Route, Shape } from './shape.ts';

/** Milvus's largest dim; what a server says beyond it is not what memory is taken for. */
const dimMax = 32_768;

/** The members that fill a FloatVector as they are. */
export function floatMembersOf({ fields, routes }: Shape): FloatMembers {
  const dimOf = (index: number) => {
    const plan = fields[index]?.plan;
    return plan?.type === FieldType.FLOAT_VECTOR && plan.dim <= dimMax ? [plan.dim] : [];
  };
  return new Map(
    [...routes].flatMap(([name, route]) => {
      const [dim] = targetsOf(route).flatMap(dimOf);
      return dim === undefined ? [] : [[name, dim] as const];
    }),
  );
}

function targetsOf({ destination, inner }: Route): readonly number[] {
  const own = destination.kind === 'field' ? [destination.index] : [];
  return [...own, ...(inner?.targets ?? [])];
}
