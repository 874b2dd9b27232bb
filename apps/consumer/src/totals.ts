/** What Kafka Connect's metrics count of a connector beside the ends of its records. */
export class Totals {
  /** Records that were rejected. */
  rejected = 0;
  /** Sendings of batches that were sent before. */
  resends = 0;
  /** Times that the dead letter topic has refused. */
  deadLetterRefusals = 0;
  /** Offset commits that the broker has acknowledged. */
  commits = 0;
}
