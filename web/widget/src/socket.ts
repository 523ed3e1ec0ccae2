/** Keeps one socket to the server open, for as long as the server wants us. */

import {
  FINAL_CODES,
  NOT_UNDERSTOOD,
  PATIENT_CODES,
  encoded,
  type ClientFrame,
  type Hello,
  type ServerFrame,
} from "./protocol";

export type Line =
  | { state: "connecting" }
  | { state: "online" }
  | { state: "offline" }
  | { state: "refused"; code: number };

export interface SocketOptions {
  url: string;
  hello: () => Hello;
  onFrame: (frame: ServerFrame) => void;
  onLine: (line: Line) => void;
  /** The server closed the line over something that we had sent. */
  onNotUnderstood: () => void;
  open?: (url: string) => WebSocket;
  random?: () => number;
}

const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
const WELCOME_WITHIN = 15_000;
/** A line that held for so long counts as good: the next break is a new one. */
const STEADY_AFTER = 5_000;

export class Socket {
  private socket: WebSocket | null = null;
  private breaks = 0;
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private deadline: ReturnType<typeof setTimeout> | undefined;
  private welcomedAt: number | null = null;
  private isWanted = false;

  constructor(private readonly options: SocketOptions) {}

  start(): void {
    if (this.isWanted) return;
    this.isWanted = true;
    this.connect();
  }

  stop(): void {
    this.isWanted = false;
    clearTimeout(this.waiting);
    this.drop();
  }

  /** Sends a frame; false when nobody is there to take it. */
  send(frame: ClientFrame): boolean {
    if (this.welcomedAt === null || this.socket === null) return false;
    this.socket.send(encoded(frame));
    return true;
  }

  /** The browser says that the network is back: do not wait out the pause. */
  hurry(): void {
    if (!this.isWanted || this.socket !== null) return;
    clearTimeout(this.waiting);
    this.connect();
  }

  /** The line looks dead although nobody closed it. */
  reconnect(): void {
    if (!this.isWanted) return;
    this.drop();
    this.broken(0);
  }

  /** Somebody else is there now: says hello anew, on a line of their own. */
  restart(isWanted: boolean): void {
    this.stop();
    this.breaks = 0;
    if (isWanted) this.start();
  }

  private connect(): void {
    this.options.onLine({ state: "connecting" });
    let socket: WebSocket;
    try {
      socket = (this.options.open ?? open)(this.options.url);
    } catch {
      this.broken(0); // such as a policy of the page that forbids the address
      return;
    }
    this.socket = socket;
    socket.onopen = () => socket.send(encoded(this.options.hello()));
    socket.onmessage = (event: MessageEvent) => this.receive(event.data);
    socket.onclose = (event: CloseEvent) => {
      this.drop();
      this.broken(event.code);
    };
    this.deadline = setTimeout(() => this.reconnect(), WELCOME_WITHIN);
  }

  private receive(data: unknown): void {
    const frame = parsed(data);
    if (frame === null) return;
    if (frame.type === "welcome") {
      clearTimeout(this.deadline);
      this.welcomedAt = Date.now();
      this.options.onLine({ state: "online" });
    }
    this.options.onFrame(frame);
  }

  private broken(code: number): void {
    if (!this.isWanted) return;
    if (FINAL_CODES.includes(code)) {
      this.isWanted = false;
      this.options.onLine({ state: "refused", code });
      return;
    }
    if (code === NOT_UNDERSTOOD) this.options.onNotUnderstood();
    this.options.onLine({ state: "offline" });
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.connect(), this.pause(code));
  }

  private pause(code: number): number {
    if (PATIENT_CODES.includes(code)) return LONGEST_WAIT;
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.breaks);
    this.breaks += 1;
    // Spread out, so that a restarted server is not met by everybody at once.
    return wait * (0.5 + (this.options.random ?? Math.random)() / 2);
  }

  private drop(): void {
    clearTimeout(this.deadline);
    const socket = this.socket;
    this.socket = null;
    if (this.welcomedAt !== null && Date.now() - this.welcomedAt >= STEADY_AFTER) {
      this.breaks = 0;
    }
    this.welcomedAt = null;
    if (socket === null) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}

function open(url: string): WebSocket {
  return new WebSocket(url);
}

function parsed(data: unknown): ServerFrame | null {
  try {
    const frame: unknown = JSON.parse(String(data));
    const isFrame = typeof frame === "object" && frame !== null && "type" in frame;
    return isFrame ? (frame as ServerFrame) : null;
  } catch {
    return null;
  }
}
