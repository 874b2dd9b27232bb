import { type Failure, FieldType } from '@millrace/contracts';
import type { Described } from './collections.ts';
import { failureOf, quoted } from './failures.ts';
import { isAtLeast, isMilvusLite } from './milvus-version.ts';

/**
 * How keys get into a Delete call. `template`: as values beside the expression, which Milvus has since 2.4.19 and 2.5.
 * `numbers`: in the expression, which is safe for integers alone, since nothing of a record gets there as text.
 */
export type DeleteForm = 'template' | 'numbers';

/** Milvus's rule for names of fields; it keeps the name from being anything else in an expression. */
const identifier = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** How rows of a collection are deleted, or why they cannot be. */
export function deleteFormOf({
  keyField,
  collection,
}: Pick<Described, 'keyField' | 'collection'>): DeleteForm | Failure {
  if (!identifier.test(keyField.name)) {
    return failureOf('lane.delete_key_name', {
      message: `the primary key ${quoted(keyField.name)} is no name that an expression of Milvus can hold`,
    });
  }
  if (hasTemplates(collection.serverVersion)) return 'template';
  if (keyField.typeCode === FieldType.INT64) return 'numbers';
  return failureOf('lane.delete_needs_templates', {
    message: `Milvus ${quoted(collection.serverVersion)} cannot delete by primary keys of type ${quoted(keyField.typeName)}: it has no expression templates`,
  });
}

/** Their final form is in every 2.4 release from 2.4.19 on; milvus-lite 3.2.2 cannot parse them. */
function hasTemplates(serverVersion: string): boolean {
  return !isMilvusLite(serverVersion) && isAtLeast(serverVersion, [2, 4, 19]);
}
