import { type Failure, FieldType, isAtLeast, type ServerVersion, serverVersionOf } from '@millrace/contracts';
import type { Described } from './collections.ts';
import { failureOf, quoted } from './failures.ts';

/**
 * How keys get into a Delete call.
 *
 *   template  as values beside the expression, which Milvus has since 2.4.19 and 2.5
 *   literals  in the expression, as integers; that is safe for these alone, since no text of a record gets there
 *   sums      the same for a Milvus before templates, which takes the minus for an operator and so cannot read -2^63
 */
export type DeleteForm = 'template' | 'literals' | 'sums';

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
  const form = formOf(serverVersionOf(collection.serverVersion));
  if (form === 'template' || keyField.typeCode === FieldType.INT64) return form;
  return failureOf('lane.delete_needs_templates', {
    message: `Milvus ${quoted(collection.serverVersion)} cannot delete by primary keys of type ${quoted(keyField.typeName)}: it has no expression templates`,
  });
}

/** Templates have their final form in every 2.4 release from 2.4.19 on; milvus-lite 3.2.2 cannot parse them. */
function formOf(server: ServerVersion): DeleteForm {
  if (server.product === 'milvus-lite') return 'literals';
  return isAtLeast(server, '2.4.19') ? 'template' : 'sums';
}
