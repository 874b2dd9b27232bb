/** How the records of one connector ended; each is counted once. read = the sum of all others + those under way. */
export class Counters {
  read = 0;
  /** Rows that Milvus acknowledged. */
  written = 0;
  /** Left out of a write because a later record of the same key was in it. */
  superseded = 0;
  /** Deleted the entity of their key, whether it was there or not. */
  deleted = 0;
  /** Left out because an option of the connector says so. */
  filtered = 0;
  deadLettered = 0;
  /** Read, then given back unfinished (rebalance, shutdown, stopped lane): whoever reads them next counts them. */
  released = 0;
}
