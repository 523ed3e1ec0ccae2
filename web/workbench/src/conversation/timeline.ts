/** What stands in a conversation, one below the other? Pure. */
import type { Happening, Message } from "../api/client";
import { dayOf } from "../times";

export interface Unsent {
  clientId: string;
  text: string;
  at: string;
  state: "posting" | "failed";
  isConfirmed: boolean;
}

export type Entry =
  | { kind: "day"; key: string; day: string }
  | { kind: "message"; key: string; at: string; message: Message }
  | { kind: "event"; key: string; at: string; event: Happening }
  | { kind: "unsent"; key: string; at: string; unsent: Unsent };

/** Messages that came, each once, in the order of their ids; the newer reading counts. */
export function joined(known: readonly Message[], fresh: readonly Message[]): Message[] {
  const byId = new Map(known.map((one) => [one.id, one]));
  for (const one of fresh) byId.set(one.id, one);
  return [...byId.values()].sort((a, b) => a.id - b.id);
}

/** Messages and events by their times, a line where a day begins, what is unsent last. */
export function timeline(
  messages: readonly Message[],
  events: readonly Happening[],
  unsent: readonly Unsent[],
): Entry[] {
  const first = messages[0];
  // What happened before the messages that were read comes with the older page.
  const shown = first === undefined ? events : events.filter((one) => one.at >= first.sent_at);
  const merged: Exclude<Entry, { kind: "day" }>[] = [
    ...messages.map((message) => ({ kind: "message" as const, key: `m${message.id}`, at: message.sent_at, message })),
    ...shown.map((event) => ({ kind: "event" as const, key: `e${event.id}`, at: event.at, event })),
  ];
  merged.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  for (const one of unsent) merged.push({ kind: "unsent", key: one.clientId, at: one.at, unsent: one });
  const entries: Entry[] = [];
  let day = "";
  for (const entry of merged) {
    const its = dayOf(entry.at);
    if (its !== day) entries.push({ kind: "day", key: `d${its}-${entry.key}`, day: its });
    day = its;
    entries.push(entry);
  }
  return entries;
}
