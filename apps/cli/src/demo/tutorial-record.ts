import { DataType, type FieldType } from '@zilliz/milvus2-sdk-node';

/** The record and the collection of kafka-connect-milvus's tutorial. */
export const tutorialRecord = {
  id: 0,
  title: 'The Reported Mortality Rate of Coronavirus Is Not Important',
  title_vector: [
    0.041732933, 0.013779674, -0.027564144, -0.013061441, 0.009748648, 0.00082446384, -0.00071647146, 0.048612226,
  ],
  link: 'https://medium.com/swlh/the-reported-mortality-rate-of-coronavirus-is-not-important-369989c8d912',
};

export const tutorialFields: readonly FieldType[] = [
  { name: 'id', data_type: DataType.Int64, is_primary_key: true },
  { name: 'title', data_type: DataType.VarChar, max_length: 512 },
  { name: 'title_vector', data_type: DataType.FloatVector, dim: 8 },
  { name: 'link', data_type: DataType.VarChar, max_length: 512 },
];
