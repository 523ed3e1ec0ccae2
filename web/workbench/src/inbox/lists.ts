/** Which conversations stand in which list, in which order? Pure. */
import type { Line } from "../api/client";

export const LISTS = ["waiting", "mine", "all", "assistant", "closed"] as const;
export type ListName = (typeof LISTS)[number];

/** Platforms count a reply as in time within three minutes of the first unanswered message. */
export const TARGET_MS = 180_000;
const SOON_MS = 120_000;

export type Risk = "calm" | "soon" | "late";

/** How far a conversation is from its response-time target. */
export function riskOf(line: Line, now: number): Risk {
  if (line.unanswered_since === null || line.state === "closed") return "calm";
  const waited = now - Date.parse(line.unanswered_since);
  if (waited >= TARGET_MS) return "late";
  return waited >= SOON_MS ? "soon" : "calm";
}

export function belongs(line: Line, list: ListName, user: string): boolean {
  switch (list) {
    case "all":
      return true;
    case "waiting":
      return line.state === "handed_over";
    case "mine":
      return line.state === "served" && line.served_by === user;
    case "assistant":
      return line.state === "open";
    case "closed":
      return line.state === "closed";
  }
}

const at = (moment: string | null, missing: number) => (moment === null ? missing : Date.parse(moment));

/** The longest without an answer first; then the longest in the queue.
 * Of two that wait for nothing the difference is NaN, so that the next rule decides. */
function byRisk(one: Line, other: Line): number {
  return (
    at(one.unanswered_since, Infinity) - at(other.unanswered_since, Infinity) ||
    at(one.waiting_since, Infinity) - at(other.waiting_since, Infinity) ||
    one.id - other.id
  );
}

function byActivity(one: Line, other: Line): number {
  return at(other.last_buyer_at, 0) - at(one.last_buyer_at, 0) || other.id - one.id;
}

export function ordered(lines: Line[], list: ListName): Line[] {
  const compare = list === "waiting" || list === "mine" ? byRisk : byActivity;
  return [...lines].sort(compare);
}

/** What a list shows after one conversation has changed; null where nothing does. */
export function placed(
  ids: ReadonlySet<number>,
  line: Line,
  list: ListName,
  user: string,
  /** The end of what was read of a longer list; null: it was read whole. */
  tail: Line | null,
): Set<number> | null {
  const is = belongs(line, list, user);
  if (ids.has(line.id)) {
    if (is) return null;
    const fewer = new Set(ids);
    fewer.delete(line.id);
    return fewer;
  }
  const isBeyond = tail !== null && list !== "waiting" && list !== "mine" && byActivity(line, tail) > 0;
  return is && !isBeyond ? new Set(ids).add(line.id) : null;
}
