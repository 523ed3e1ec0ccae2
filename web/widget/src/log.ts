/** The messages of the conversation: each once, in the order of their ids. */

import type { Message } from "./protocol";

/** Asked for again after a break: a message may be stored after one with a higher id. */
const OVERLAP = 8;

export class Log {
  private messages: Message[] = [];
  private last = 0;
  hasOlder = false;

  all(): readonly Message[] {
    return this.messages;
  }

  first(): number | null {
    return this.messages[0]?.id ?? null;
  }

  /** Takes what the server sent; returns those that were new here. */
  add(messages: Message[]): Message[] {
    const known = new Map(this.messages.map((one) => [one.id, one]));
    const fresh = messages.filter((one) => !known.has(one.id));
    for (const one of messages) known.set(one.id, one);
    this.messages = [...known.values()].sort((a, b) => a.id - b.id);
    return fresh;
  }

  /** These came in order: what is up to them need not come again. */
  reached(messages: Message[]): void {
    this.last = messages.reduce((last, one) => Math.max(last, one.id), this.last);
  }

  /** Id of the message to go on from after a break; undefined: nothing was here yet. */
  after(): number | undefined {
    if (this.last === 0) return undefined;
    const known = this.messages.filter((one) => one.id <= this.last);
    return known[known.length - 1 - OVERLAP]?.id ?? 0;
  }

  /** How many of the others' messages are newer than the one that was read. */
  unread(read: number): number {
    return this.messages.filter((one) => one.id > read && one.sender !== "buyer").length;
  }

  newest(): number {
    return this.messages[this.messages.length - 1]?.id ?? 0;
  }

  clear(): void {
    this.messages = [];
    this.last = 0;
    this.hasOlder = false;
  }
}
