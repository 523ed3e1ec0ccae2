/** What the buyer has written and the server has not taken yet. */

import { newId, type Memory, type Outgoing } from "./memory";
import { upload, refusalOf, UploadError } from "./pictures";
import { LARGEST_FRAME, type OutgoingMessage, type Subject, wellFormed } from "./protocol";
import { words } from "./strings";

export interface Pending extends Outgoing {
  state: "sending" | "failed" | "refused";
  note?: string;
  file?: File;
  progress?: number;
  tries: number;
  /** Its picture did not get through: tried again when the line is back. */
  isBroken?: boolean;
  /** How often the line was closed while this was the first that waited for its answer. */
  blames: number;
  /** On its way on this socket: not sent on it again. */
  isUnderway: boolean;
}

export interface OutboxOptions {
  memory: () => Memory;
  send: (frame: OutgoingMessage) => boolean;
  /** Where pictures go, and with which token; null while we are not welcome. */
  uploads: () => { url: string; token: string } | null;
  /** Brings a picture to the server; tests have their own. */
  upload?: typeof upload;
  onChange: () => void;
  /** The line took a message and never said so. */
  onSilence: () => void;
}

const TAKEN_WITHIN = 10_000;
const MOST_TRIES = 3;
const MOST_BLAMES = 2;

export class Outbox {
  private pending: Pending[];
  private clocks = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(private readonly options: OutboxOptions) {
    this.pending = [];
    this.load();
  }

  all(): readonly Pending[] {
    return this.pending;
  }

  /** Shows again what a former page, or another buyer's login, left unsent. */
  load(): void {
    const known = new Set(this.pending.map((one) => one.id));
    for (const kept of this.options.memory().outbox()) {
      if (!known.has(kept.id)) this.pending.push(waiting(kept));
    }
  }

  /** Takes a text; returns why not, in words, or null. */
  addText(given: string, subject: Subject): string | null {
    const text = wellFormed(given);
    const message = { ...subject, id: newId(), text, at: new Date().toISOString() };
    if (size(message) > LARGEST_FRAME) return words.tooLong;
    this.options.memory().keep(message);
    this.add(waiting(message));
    return null;
  }

  /** Takes a picture; returns why not, in words, or null. */
  addPicture(file: File, subject: Subject): string | null {
    const refusal = refusalOf(file);
    if (refusal !== null) return refusal;
    const message = { ...subject, id: newId(), at: new Date().toISOString() };
    this.add({ ...waiting(message), file, progress: 0 });
    return null;
  }

  /** A new socket: everything unsent goes once, in order. */
  welcome(): void {
    for (const one of this.pending) {
      if (one.file === undefined) one.isUnderway = false;
      if (one.isBroken && one.tries < MOST_TRIES) {
        Object.assign(one, { state: "sending", note: undefined, isBroken: false });
      }
      if (one.state === "sending" && !one.isUnderway && one.tries >= MOST_TRIES) {
        this.fail(one, words.failed);
      }
    }
    this.deliverAll();
  }

  /** The line was closed over something we sent: most likely the first without an answer. */
  notUnderstood(): void {
    const sent = this.pending.filter((one) => one.isUnderway && one.file === undefined);
    const [first, ...others] = sent;
    if (first === undefined) return;
    for (const one of others) one.tries -= 1; // not their fault
    first.blames += 1;
    if (first.blames < MOST_BLAMES) return;
    this.fail(first, words.notAccepted);
    this.options.memory().keep({ ...stored(first), isStuck: true });
  }

  /** Gives up everything: it was another buyer's. */
  clear(): void {
    this.broken();
    this.pending = [];
  }

  /** The socket is gone, and with it every answer it owed. */
  broken(): void {
    for (const one of this.pending) one.isUnderway = one.file !== undefined && one.isUnderway;
    this.clocks.forEach((clock) => clearTimeout(clock));
    this.clocks.clear();
  }

  retry(id: string): void {
    const one = this.find(id);
    if (one === undefined) return;
    Object.assign(one, { state: "sending", note: undefined, tries: 0, isBroken: false });
    if (one.file === undefined) this.options.memory().keep(stored(one));
    this.deliverAll();
  }

  /** The server has it, or the buyer gave it up. */
  remove(id: string): Pending | undefined {
    const one = this.find(id);
    if (one === undefined) return undefined;
    this.stopClock(id);
    this.options.memory().forget(id);
    this.pending = this.pending.filter((other) => other.id !== id);
    if (one.file !== undefined) this.deliverAll(); // others may have waited for it
    return one;
  }

  refuse(id: string, retryAfter: number | null | undefined): void {
    const one = this.find(id);
    if (one === undefined) return;
    this.stopClock(id);
    if (retryAfter === null || retryAfter === undefined) {
      this.options.memory().forget(id);
      Object.assign(one, { state: "refused", note: words.notAccepted });
    } else {
      one.note = words.slowDown;
      this.clocks.set(id, setTimeout(() => this.again(one), retryAfter * 1000));
    }
    this.options.onChange();
  }

  private again(one: Pending): void {
    one.isUnderway = false;
    delete one.note;
    this.deliverAll();
  }

  private add(one: Pending): void {
    this.pending.push(one);
    this.deliverAll();
  }

  /** Sends what waits, in order: what was written after a picture waits for it. */
  private deliverAll(): void {
    for (const one of this.pending) {
      if (one.state !== "sending") continue;
      this.deliver(one);
      if (one.file !== undefined) break;
    }
    this.options.onChange();
  }

  private deliver(one: Pending): void {
    if (one.isUnderway) return;
    if (one.file !== undefined) void this.uploadFirst(one, one.file);
    else if (this.options.send(frameOf(one))) {
      one.isUnderway = true;
      one.tries += 1;
      this.clocks.set(one.id, setTimeout(() => this.silent(one), TAKEN_WITHIN));
    }
  }

  private async uploadFirst(one: Pending, file: File): Promise<void> {
    const target = this.options.uploads();
    if (target === null) return;
    one.isUnderway = true;
    one.tries += 1;
    try {
      one.picture = await (this.options.upload ?? upload)(file, target, (percent) => {
        one.progress = percent;
        this.options.onChange();
      });
    } catch (error) {
      one.isUnderway = false;
      const isFinal = error instanceof UploadError && error.isFinal;
      const note = error instanceof UploadError ? error.message : words.pictureFailed;
      if (isFinal) Object.assign(one, { state: "refused", note });
      else {
        this.fail(one, note);
        one.isBroken = true;
      }
      this.deliverAll();
      return;
    }
    delete one.file;
    if (this.find(one.id) === undefined) return; // given up meanwhile
    one.isUnderway = false;
    one.tries = 0;
    this.options.memory().keep(stored(one));
    this.deliverAll();
  }

  private silent(one: Pending): void {
    if (one.tries >= MOST_TRIES) {
      one.isUnderway = false;
      this.fail(one, words.failed);
      this.options.onChange();
    } else this.options.onSilence();
  }

  private fail(one: Pending, note: string): void {
    Object.assign(one, { state: "failed", note });
  }

  private stopClock(id: string): void {
    clearTimeout(this.clocks.get(id));
    this.clocks.delete(id);
  }

  private find(id: string): Pending | undefined {
    return this.pending.find((one) => one.id === id);
  }
}

function waiting(message: Outgoing): Pending {
  const { isStuck, ...kept } = message;
  return {
    ...kept,
    state: isStuck ? "failed" : "sending",
    ...(isStuck && { note: words.notAccepted }),
    tries: 0,
    blames: 0,
    isUnderway: false,
  };
}

function stored(one: Pending): Outgoing {
  const { id, at, text, picture, item_id, order_id } = one;
  return {
    id,
    at,
    ...(text !== undefined && { text }),
    ...(picture !== undefined && { picture }),
    ...(item_id !== undefined && { item_id }),
    ...(order_id !== undefined && { order_id }),
  };
}

function frameOf(one: Outgoing): OutgoingMessage {
  const { at: _, ...message } = stored(one as Pending);
  return { type: "message", ...message };
}

function size(message: Outgoing): number {
  return new TextEncoder().encode(JSON.stringify(frameOf(message))).length;
}
