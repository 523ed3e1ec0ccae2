/** A server's side of the socket, played by a test. */

import { Chat } from "../src/chat";
import type { Shelf } from "../src/memory";
import type { Message, ServerFrame } from "../src/protocol";

export class FakeSocket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly sent: Record<string, unknown>[] = [];
  isClosed = false;

  constructor(readonly url: string) {}

  send(data: string): void {
    this.sent.push(JSON.parse(data) as Record<string, unknown>);
  }

  close(): void {
    this.isClosed = true;
  }

  accept(): void {
    this.onopen?.();
  }

  give(frame: ServerFrame): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  welcome(): void {
    this.accept();
    this.give({
      type: "welcome",
      token: "t1",
      is_identified: false,
      shop: { name: "小店", colour: "#0050b3", position: "left", privacy_url: null },
    });
  }

  messages(messages: Message[], more: { is_history?: boolean; has_more?: boolean } = {}): void {
    this.give({ type: "messages", messages, is_history: false, has_more: false, ...more });
  }

  take(id: number, clientId = this.ids()[0] ?? ""): void {
    const sent_at = "2026-11-23T02:00:00Z";
    this.give({ type: "taken", client_id: clientId, id, sent_at });
  }

  drop(code = 1006): void {
    this.onclose?.({ code });
  }

  of(type: string): Record<string, unknown>[] {
    return this.sent.filter((frame) => frame.type === type);
  }

  ids(): string[] {
    return this.of("message").map((frame) => String(frame.id));
  }
}

export class Line {
  readonly sockets: FakeSocket[] = [];

  readonly open = (url: string): WebSocket => {
    const socket = new FakeSocket(url);
    this.sockets.push(socket);
    return socket as unknown as WebSocket;
  };

  get last(): FakeSocket {
    const socket = this.sockets[this.sockets.length - 1];
    if (socket === undefined) throw new Error("nobody has connected");
    return socket;
  }
}

export function shelfOf(values: Record<string, string> = {}): Shelf & { kept: Map<string, string> } {
  const kept = new Map(Object.entries(values));
  return {
    kept,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

export function chatOn(line: Line, options: Partial<ConstructorParameters<typeof Chat>[0]> = {}): Chat {
  return new Chat({
    server: "https://shop.example",
    shop: "demo",
    identity: {},
    subject: {},
    shelf: shelfOf(),
    open: line.open,
    random: () => 1,
    ...options,
  });
}

/** A chat that is open and welcome. */
export function openChat(line: Line, options: Partial<ConstructorParameters<typeof Chat>[0]> = {}): Chat {
  const chat = chatOn(line, options);
  chat.open();
  line.last.welcome();
  return chat;
}

export function message(id: number, more: Partial<Message> = {}): Message {
  return {
    id,
    client_id: null,
    sender: "assistant",
    is_automatic: true,
    text: `第${id}条`,
    sent_at: "2026-11-23T02:00:00Z",
    buttons: [],
    picture: null,
    card: null,
    ...more,
  };
}
