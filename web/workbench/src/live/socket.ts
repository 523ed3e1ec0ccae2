/** What happens in the shop now? The desk's socket, resumed where it broke. */

export type LiveState = "connecting" | "live" | "lost" | "ended";

export interface Change {
  stream: "messages" | "conversation_events" | "ticket_events";
  kind: string;
  conversation_id: number | null;
  id: number;
  summary: Record<string, unknown>;
}

export interface Heard {
  state(state: LiveState): void;
  change(change: Change): void;
  typing(conversationId: number, sender: string): void;
  presence(people: string[]): void;
}

/** The part of a WebSocket that is used; tests bring their own. */
export interface Line {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  send(text: string): void;
  close(): void;
}

export interface Surroundings {
  open(): Line;
  later(act: () => void, milliseconds: number): () => void;
  random(): number;
}

/** The login has ended, or one left the shop: to come again is useless. */
const ENDED = new Set([4401]);
const FIRST_MS = 500;
const LONGEST_MS = 15_000;
const REMEMBERED = 4000;

/** One desk's way through what happens: every change once, over any number of sockets. */
export class LiveSocket {
  private line: Line | null = null;
  private cursor: string | null = null;
  private tries = 0;
  private forgetTimer: (() => void) | null = null;
  private readonly seen = new Set<string>();
  private isStopped = false;

  constructor(
    private readonly heard: Heard,
    private readonly around: Surroundings,
  ) {}

  start(): void {
    this.isStopped = false;
    this.heard.state("connecting");
    this.connect();
  }

  stop(): void {
    this.isStopped = true;
    this.forgetTimer?.();
    this.drop();
  }

  /** Come again at once, as when the network is back. */
  hurry(): void {
    if (this.isStopped || this.line !== null) return;
    this.tries = 0;
    this.connect();
  }

  /** The network is gone: do not wait until the browser notices. */
  lose(): void {
    if (this.line === null) return;
    this.drop();
    this.comeAgain();
  }

  private connect(): void {
    this.forgetTimer?.();
    this.forgetTimer = null;
    const line = this.around.open();
    this.line = line;
    line.onopen = () =>
      line.send(JSON.stringify({ type: "hello", cursor: this.cursor }));
    line.onmessage = (event) => this.take(String(event.data));
    line.onclose = (event) => {
      if (this.line !== line) return;
      this.line = null;
      if (ENDED.has(event.code)) this.end();
      else if (!this.isStopped) this.comeAgain();
    };
  }

  private end(): void {
    this.isStopped = true;
    this.heard.state("ended");
  }

  private comeAgain(): void {
    this.heard.state("lost");
    const wait = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.tries);
    this.tries += 1;
    // Desks that lost the same server do not all come back in the same moment.
    this.forgetTimer = this.around.later(
      () => this.connect(),
      wait * (0.5 + this.around.random() / 2),
    );
  }

  private drop(): void {
    const line = this.line;
    this.line = null;
    line?.close();
  }

  private take(text: string): void {
    const frame = JSON.parse(text) as Record<string, unknown>;
    if (typeof frame["cursor"] === "string") this.cursor = frame["cursor"];
    if (frame["type"] === "ready") {
      this.tries = 0;
      this.heard.state("live");
      this.heard.presence((frame["people"] as string[] | undefined) ?? []);
    } else if (frame["type"] === "change") this.hearOnce(frame as unknown as Change);
    else if (frame["type"] === "presence")
      this.heard.presence(frame["people"] as string[]);
    else if (frame["type"] === "typing")
      this.heard.typing(frame["conversation_id"] as number, String(frame["sender"]));
  }

  /** After a break the server may tell again what it cannot be sure was told. */
  private hearOnce(change: Change): void {
    const name = `${change.stream}:${change.id}`;
    if (this.seen.has(name)) return;
    this.seen.add(name);
    if (this.seen.size > REMEMBERED)
      this.seen.delete(this.seen.values().next().value as string);
    this.heard.change(change);
  }
}
