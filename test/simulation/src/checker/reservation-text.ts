/** Until when a commit's metadata reserves its partition (docs/delivery.md); undefined where it does not say. */
export function reservationIn(metadata: string | null): number | undefined {
  const [, until] = /^v1;r=(\d+);s=/.exec(metadata ?? '') ?? [];
  return until === undefined ? undefined : Number(until);
}
