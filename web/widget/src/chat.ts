/** One buyer's conversation in one page: what is known, and what can be done. */

import { Log } from "./log";
import { Memory, type Look, type Shelf } from "./memory";
import { Outbox, type OutboxOptions, type Pending } from "./outbox";
import type {
  Hello,
  Identity,
  Message,
  ServerFrame,
  ShopLook,
  Status,
  Subject,
} from "./protocol";
import { Socket, type Line } from "./socket";
import { Typing } from "./typing";

export interface ChatOptions {
  /** Origin of the server, such as https://shop.example */
  server: string;
  shop: string;
  identity: Identity;
  subject: Subject;
  shelf: Shelf;
  open?: (url: string) => WebSocket;
  random?: () => number;
  upload?: OutboxOptions["upload"];
}

export type RatingStep = "none" | "asked" | "sent";

export class Chat {
  readonly memory: Memory;
  readonly outbox: Outbox;
  readonly log = new Log();
  line: Line | null = null;
  /** The shop's name, colour and side, as far as they are known. */
  look: Look;
  privacyUrl: string | null = null;
  status: Status | null = null;
  readonly typing = new Typing(() => this.changed());
  rating: RatingStep = "none";
  isOpen = false;
  isLoading = false;
  identity: Identity;
  subject: Subject;

  private readonly socket: Socket;
  private readonly listeners: (() => void)[] = [];
  /** The next messages are the newest page: whether there are more, means older ones. */
  private isNewestPage = false;

  constructor(private readonly options: ChatOptions) {
    this.identity = options.identity;
    this.subject = options.subject;
    this.memory = new Memory(options.shelf, options.shop, options.identity.user_id);
    this.look = this.memory.look();
    this.socket = new Socket({
      url: `${options.server.replace(/^http/, "ws")}/ws/chat?shop=${encodeURIComponent(options.shop)}`,
      hello: () => this.hello(),
      onFrame: (frame) => this.receive(frame),
      onLine: (line) => this.changeLine(line),
      onNotUnderstood: () => this.outbox.notUnderstood(),
      ...(options.open && { open: options.open }),
      ...(options.random && { random: options.random }),
    });
    this.outbox = new Outbox({
      memory: () => this.memory,
      send: (frame) => this.socket.send(frame),
      uploads: () => this.uploads(),
      ...(options.upload && { upload: options.upload }),
      onChange: () => this.changed(),
      onSilence: () => this.socket.reconnect(),
    });
    // Who has talked here before may have an answer waiting.
    if (this.memory.get().token !== undefined) this.socket.start();
  }

  /** Calls back after every change. */
  subscribe(listener: () => void): void {
    this.listeners.push(listener);
  }

  open(): void {
    this.isOpen = true;
    this.socket.start();
    this.seen();
  }

  close(): void {
    this.isOpen = false;
    this.changed();
  }

  say(text: string): string | null {
    const refusal = this.outbox.addText(text, this.subject);
    if (refusal === null) this.spent();
    return refusal;
  }

  sendPicture(file: File): string | null {
    const refusal = this.outbox.addPicture(file, this.subject);
    if (refusal === null) this.spent();
    return refusal;
  }

  /** The buyer is typing. */
  typed(): void {
    this.typing.tell(() => this.socket.send({ type: "typing" }));
  }

  older(): void {
    const before = this.log.first();
    if (!this.log.hasOlder || this.isLoading || before === null) return;
    this.isLoading = this.socket.send({ type: "history", before });
    this.changed();
  }

  /** The shop vouches for the buyer; without its proof nothing is said. */
  identify(identity: Identity): void {
    if (!identity.user_id || !identity.user_hash) return;
    this.identity = identity;
    this.socket.send({ type: "identify", ...identity });
    this.changed();
  }

  /** The buyer has logged out of the shop: who comes next is nobody we know. */
  logout(): void {
    this.socket.restart(false);
    this.identity = {};
    this.subject = {};
    this.memory.clear();
    this.outbox.clear();
    this.log.clear();
    this.status = null;
    this.line = null;
    this.rating = "none";
    this.isNewestPage = this.isLoading = false;
    this.typing.end();
    this.changed();
    if (this.isOpen) this.socket.start();
  }

  show(subject: Subject): void {
    this.subject = subject;
    this.changed();
  }

  /** Nothing can be rated before something was said. */
  askForRating(): void {
    if (this.log.newest() === 0) return;
    this.rating = "asked";
    this.memory.set({ rated: this.log.newest() });
    this.changed();
  }

  rate(stars: number, reason: string): boolean {
    const frame = { type: "rating" as const, stars, ...(reason && { reason }) };
    return this.socket.send(frame);
  }

  putOffRating(): void {
    this.rating = "none";
    this.changed();
  }

  /** Takes on how the shop looks. */
  dress({ name, colour, position }: Pick<ShopLook, "name" | "colour" | "position">): void {
    this.look = { name, ...(colour && { colour }), ...(position && { position }) };
    this.changed();
  }

  unread(): number {
    return this.isOpen ? 0 : this.log.unread(this.memory.get().read ?? 0);
  }

  isOnline(): boolean {
    return this.line?.state === "online";
  }

  /** The browser says that the network is back, or the page is looked at again. */
  hurry(): void {
    this.socket.hurry();
  }

  private hello(): Hello {
    const token = this.memory.get().token;
    const after = this.log.after();
    this.isNewestPage = after === undefined;
    return {
      type: "hello",
      ...this.identity,
      ...(token !== undefined && { token }),
      ...(after !== undefined && { after }),
    };
  }

  private uploads(): { url: string; token: string } | null {
    const token = this.memory.get().token;
    if (!this.isOnline() || token === undefined) return null;
    const shop = encodeURIComponent(this.options.shop);
    return { url: `${this.options.server}/api/v1/chat/${shop}/pictures`, token };
  }

  private changeLine(line: Line): void {
    this.line = line;
    if (line.state !== "online") {
      this.isLoading = false;
      this.typing.end();
      this.outbox.broken();
    }
    this.changed();
  }

  private receive(frame: ServerFrame): void {
    switch (frame.type) {
      case "welcome":
        return this.welcomed(frame);
      case "messages":
        return this.arrived(frame);
      case "taken":
        return this.taken(frame);
      case "refused":
        return this.refused(frame);
      case "status":
        return this.turned(frame);
      case "typing":
        return this.typing.show(frame.sender);
      case "reset":
        return this.reset();
      case "rated":
        this.rating = "sent";
        return this.changed();
    }
  }

  private welcomed(frame: ServerFrame & { type: "welcome" }): void {
    const { token, shop, is_identified } = frame;
    if (is_identified) this.believed();
    this.memory.set({ token });
    this.dress(shop);
    this.memory.setLook(this.look);
    this.privacyUrl = shop.privacy_url;
    this.outbox.welcome();
  }

  private arrived(frame: ServerFrame & { type: "messages" }): void {
    const fresh = this.log.add(frame.messages);
    if (frame.is_history) this.isLoading = false;
    else this.log.reached(frame.messages);
    if (frame.is_history || this.isNewestPage) this.log.hasOlder = frame.has_more;
    this.isNewestPage = false;
    for (const message of frame.messages) {
      if (message.client_id) this.outbox.remove(message.client_id);
    }
    if (fresh.some((message) => message.sender !== "buyer")) this.typing.end();
    this.seen();
  }

  private taken(frame: { client_id: string; id: number; sent_at: string }): void {
    const one = this.outbox.remove(frame.client_id);
    if (one !== undefined) this.log.add([takenMessage(one, frame)]);
    this.seen();
  }

  private reset(): void {
    this.believed();
    this.log.clear();
    this.isNewestPage = false;
    this.status = null;
    this.changed();
  }

  /** The server knows the buyer by the name that the shop has given. */
  private believed(): void {
    if (this.identity.user_id === undefined) return;
    this.memory.moveTo(this.identity.user_id);
    this.outbox.load();
  }

  private refused(frame: ServerFrame & { type: "refused" }): void {
    if (frame.client_id) this.outbox.refuse(frame.client_id, delayOf(frame));
    else this.putOffRating();
  }

  private turned(status: Status): void {
    const wasClosed = this.status?.phase === "closed";
    this.status = status;
    const isNews = this.log.newest() > (this.memory.get().rated ?? 0);
    if (status.phase === "closed" && !wasClosed && isNews) return this.askForRating();
    if (status.phase !== "closed" && this.rating === "sent") this.rating = "none";
    this.changed();
  }

  /** What the page is about goes with one message, not with each. */
  private spent(): void {
    this.subject = {};
    if (this.rating === "sent") this.rating = "none";
    this.changed();
  }

  private seen(): void {
    const newest = this.log.newest();
    if (this.isOpen && newest > (this.memory.get().read ?? 0)) {
      this.memory.set({ read: newest });
    }
    this.changed();
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}

function delayOf(frame: { code: string; retry_after?: number | null }): number | null {
  return frame.code === "rate_limited" ? (frame.retry_after ?? 1) : null;
}

function takenMessage(one: Pending, taken: { id: number; sent_at: string }): Message {
  return {
    id: taken.id,
    client_id: one.id,
    sender: "buyer",
    is_automatic: false,
    text: one.text ?? "",
    sent_at: taken.sent_at,
    buttons: [],
    picture: one.picture ?? null,
    card: null,
  };
}
