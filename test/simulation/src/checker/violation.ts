/**
 * The promises that a run may break.
 *
 *   missing           a record has no end when all work has
 *   stale             the table differs from a fold of the log
 *   watermark         a commit passes a record without an end
 *   reservation       a batch is sent that the partition's last commit does not cover, or a commit leaves one uncovered
 *   fence             a batch is sent while an earlier one of the partition, sent over another stream, may still land
 *   late effect       a record below the committed watermark takes effect
 *   order             an older value of a key follows a newer one that was sent after it
 *   backwards commit  a commit goes back
 *   good letter       a record that is fine became a dead letter
 *   counters          a consumer's counters do not add up
 *   duplicate         insert mode: a row is there twice without a cause, or more often than the causes allow
 *   stuck             work does not come to its end in time, though everything works
 *   bug               a service says that it, or its client, has made a mistake
 */
export type Rule =
  | 'missing'
  | 'stale'
  | 'watermark'
  | 'reservation'
  | 'fence'
  | 'late effect'
  | 'order'
  | 'backwards commit'
  | 'good letter'
  | 'counters'
  | 'duplicate'
  | 'stuck'
  | 'bug';

export interface Violation {
  readonly rule: Rule;
  readonly message: string;
  /** Where in the history it shows; undefined: at its end. */
  readonly place?: number;
  /** What it is about, where it is about one. */
  readonly partition?: number;
  readonly key?: number;
  readonly offset?: number;
}
