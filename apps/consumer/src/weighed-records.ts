import { heldBytes, type KafkaRecord, sentBytes, type Travelling } from '@millrace/lanes';

/** Records, with what they count for; see `sentBytes` and `heldBytes`. */
export interface WeighedRecords {
  readonly records: readonly KafkaRecord[];
  readonly sentBytes: number;
  readonly heldBytes: number;
}

export function weigh(records: readonly KafkaRecord[], travelling: Travelling): WeighedRecords {
  let sent = 0;
  let held = 0;
  for (const record of records) {
    sent += sentBytes(record, travelling);
    held += heldBytes(record);
  }
  return { records, sentBytes: sent, heldBytes: held };
}
