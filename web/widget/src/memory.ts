/** What this browser remembers: who the buyer is here, and what is not sent yet. */

export interface Outgoing {
  id: string;
  text?: string;
  picture?: string;
  item_id?: string;
  order_id?: string;
  at: string;
  /** The server closed the line over it, again and again. */
  isStuck?: boolean;
}

export interface Remembered {
  token?: string;
  /** Id of the last message the buyer has seen. */
  read?: number;
  /** Id of the last message when the buyer was last asked for a rating. */
  rated?: number;
  outbox?: Outgoing[];
  /** What is being written. */
  draft?: string;
}

export interface Look {
  name?: string;
  colour?: string;
  position?: string;
}

/** The part of Storage that is used. */
export type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export class Memory {
  private key: string;

  /**
   * Each buyer of a browser has a place of their own: a log-out leaves nothing open.
   * Who talked before they logged in stays there until the server believes the log-in.
   */
  constructor(
    private readonly shelf: Shelf,
    private readonly shop: string,
    userId: string | undefined,
  ) {
    const anonymous = this.keyOf(undefined);
    const isKnown = this.read<Remembered>(anonymous).token !== undefined;
    this.key = isKnown ? anonymous : this.keyOf(userId);
  }

  get(): Remembered {
    return this.read<Remembered>(this.key);
  }

  set(change: Remembered): void {
    this.write(this.key, { ...this.get(), ...change });
  }

  /** The server believes the log-in: what was the anonymous buyer's moves along. */
  moveTo(userId: string): void {
    const from = this.key;
    this.key = this.keyOf(userId);
    if (from !== this.key) this.inherit(from);
  }

  /** Log-out: nothing of who was here stays in this browser. */
  clear(): void {
    const anonymous = this.keyOf(undefined);
    for (const key of [this.key, anonymous]) this.drop(key);
    this.key = anonymous;
  }

  outbox(): Outgoing[] {
    return this.get().outbox ?? [];
  }

  keep(message: Outgoing): void {
    const outbox = this.outbox();
    const at = outbox.findIndex((one) => one.id === message.id);
    outbox.splice(at < 0 ? outbox.length : at, 1, message);
    // A picture is kept once it is there; what was written after it still follows it.
    outbox.sort((one, other) => one.at.localeCompare(other.at));
    this.set({ outbox });
  }

  forget(id: string): void {
    this.set({ outbox: this.outbox().filter((one) => one.id !== id) });
  }

  look(): Look {
    return this.read<Look>(`${this.shop}:look`);
  }

  setLook(look: Look): void {
    this.write(`${this.shop}:look`, look);
  }

  private keyOf(userId: string | undefined): string {
    return userId === undefined ? this.shop : `${this.shop}:as:${userId}`;
  }

  private inherit(from: string): void {
    const old = this.read<Remembered>(from);
    if (Object.keys(old).length === 0) return;
    const own = this.get();
    const outbox = [...(own.outbox ?? []), ...(old.outbox ?? [])];
    const read = Math.max(own.read ?? 0, old.read ?? 0);
    this.write(this.key, { ...own, ...old, outbox, read });
    this.drop(from);
  }

  private drop(key: string): void {
    try {
      this.shelf.removeItem(`xiaoer:${key}`);
    } catch {
      return;
    }
  }

  private read<T extends object>(key: string): T {
    try {
      const value: unknown = JSON.parse(this.shelf.getItem(`xiaoer:${key}`) ?? "{}");
      return (typeof value === "object" && value !== null ? value : {}) as T;
    } catch {
      return {} as T;
    }
  }

  private write(key: string, value: object): void {
    try {
      this.shelf.setItem(`xiaoer:${key}`, JSON.stringify(value));
    } catch {
      return; // full: what is on screen is still sent
    }
  }
}

/** The browser's own storage, or a stand-in where it is switched off. */
export function shelf(): Shelf {
  try {
    const own = window.localStorage;
    own.setItem("xiaoer:try", "1");
    own.removeItem("xiaoer:try");
    return own;
  } catch {
    const kept = new Map<string, string>();
    return {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    };
  }
}

/** A client id nobody else has chosen. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
