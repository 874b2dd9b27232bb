// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of values look like templates.
import type { KeyTable } from '../key-spec.ts';

export const unknownFieldPolicies = ['error', 'ignore', 'dynamic'] as const;

/** How the members of a record become the fields of a row: chosen, renamed, added to. */
export const shapeKeys = {
  'fields.include': {
    status: 'used',
    type: 'list',
    default: undefined,
    importance: 'medium',
    documentation: 'Members of record values that are read, and no others. Unset means all.',
    example: 'id,title,vector',
  },
  'fields.whitelist': {
    status: 'used',
    type: 'list',
    default: undefined,
    importance: 'low',
    documentation: 'The older name of `fields.include`.',
    example: 'id,title,vector',
  },
  'fields.exclude': {
    status: 'used',
    type: 'list',
    default: undefined,
    importance: 'medium',
    documentation: 'Members of record values that are not read.',
    example: 'debug,internal_note',
  },
  'fields.rename': {
    status: 'used',
    type: 'map',
    default: undefined,
    importance: 'medium',
    documentation: 'New names of members of record values, after choosing.',
    example: 'docId:id,body:text',
  },
  'fields.source': {
    status: 'used',
    type: 'map',
    default: undefined,
    importance: 'medium',
    documentation:
      "Fields that come from elsewhere than the member of their name: `$.a.b[0]['odd name']` from inside the value, `$key` or `$key.id` from the record key, `$header.name` or `$header['x-y']`, `$timestamp`, `$topic`, `$partition`, `$offset`. What is not there leaves the field out.",
    example: "author:$.meta.author.name,tenant:$header['x-tenant'],source:$topic",
  },
  'unknown.fields': {
    status: 'used',
    type: 'choice',
    default: undefined,
    values: unknownFieldPolicies,
    importance: 'medium',
    documentation:
      'What happens to a field that the collection does not have. error: the record is rejected. ignore: the field is left out. dynamic: it goes to the dynamic field, which the collection must have. Unset means dynamic where there is a dynamic field, error elsewhere.',
    example: 'ignore',
  },
} as const satisfies KeyTable;
