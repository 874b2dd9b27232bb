import type { GroupMembership } from './group-hooks.ts';

/**
 * As whom a process is in its group. A source that follows a dead one joins as the same member: as another one it would
 * wait, and all others with it, until the session of the dead one has expired.
 */
export class GroupMember {
  /** The last one that was had. */
  membership: GroupMembership | undefined;

  /** Null where it has left the group, or was never in it. */
  get id(): string | null {
    return this.membership?.memberId ?? null;
  }
}
