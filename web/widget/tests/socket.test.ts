import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { FakeSocket, Line, message, openChat, chatOn, shelfOf } from "./fakes";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a connection", () => {
  it("is not made before the buyer opens the window", () => {
    const line = new Line();

    const chat = chatOn(line);

    expect(line.sockets).toEqual([]);
    chat.open();
    expect(line.last.url).toBe("wss://shop.example/ws/chat?shop=demo");
  });

  it("is made at once for whoever has talked here before", () => {
    const line = new Line();

    chatOn(line, { shelf: shelfOf({ "xiaoer:demo": '{"token":"old"}' }) });
    line.last.accept();

    expect(line.last.sent).toEqual([{ type: "hello", token: "old" }]);
  });

  it("goes on after the last message that came in order", () => {
    const line = new Line();
    openChat(line);
    line.last.messages(Array.from({ length: 20 }, (_, at) => message(100 + at * 3)));

    line.last.drop();
    vi.advanceTimersByTime(500);
    line.last.accept();

    // A few are asked for again, as one may be stored after another with a higher id.
    expect(line.last.sent).toEqual([{ type: "hello", token: "t1", after: 100 + 11 * 3 }]);
  });

  it("asks for everything again where that is little", () => {
    const line = new Line();
    openChat(line);
    line.last.messages([message(103), message(104)]);

    line.last.drop();
    vi.advanceTimersByTime(500);
    line.last.accept();

    expect(line.last.sent).toEqual([{ type: "hello", token: "t1", after: 0 }]);
  });

  it("does not skip an answer that was on its way behind a taken message", () => {
    const line = new Line();
    const chat = openChat(line);
    line.last.messages(Array.from({ length: 20 }, (_, at) => message(100 + at)));
    chat.say("在吗");
    line.last.take(200);

    line.last.drop();
    vi.advanceTimersByTime(500);
    line.last.accept();

    expect(line.last.sent[0]).toMatchObject({ after: 111 });
  });

  it("waits longer after each failure, and at most half a minute", () => {
    const line = new Line();
    chatOn(line).open();
    const waits: number[] = [];

    for (let attempt = 0; attempt < 9; attempt += 1) {
      const before = line.sockets.length;
      const start = Date.now();
      line.last.drop();
      while (line.sockets.length === before) vi.advanceTimersByTime(100);
      waits.push(Date.now() - start);
    }

    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
  });

  it("spreads the waits, so that not everybody comes back at once", () => {
    const line = new Line();
    chatOn(line, { random: () => 0 }).open();

    line.last.drop();
    vi.advanceTimersByTime(250);

    expect(line.sockets).toHaveLength(2);
  });

  it("begins anew after a line that held", () => {
    const line = new Line();
    openChat(line);
    line.last.drop();
    vi.advanceTimersByTime(500);
    line.last.drop();
    vi.advanceTimersByTime(1000);
    line.last.welcome();

    vi.advanceTimersByTime(5000);
    line.last.drop();
    vi.advanceTimersByTime(500);

    expect(line.sockets).toHaveLength(4);
  });

  it.each([4401, 4403, 4404])("is given up on %i", (code) => {
    const line = new Line();
    const chat = chatOn(line);
    chat.open();

    line.last.drop(code);
    vi.advanceTimersByTime(120_000);

    expect(line.sockets).toHaveLength(1);
    expect(chat.line).toEqual({ state: "refused", code });
  });

  it.each([4400, 4429])("comes back late after %i", (code) => {
    const line = new Line();
    openChat(line);

    line.last.drop(code);
    vi.advanceTimersByTime(29_000);

    expect(line.sockets).toHaveLength(1);
  });

  it("comes back at once when the network does", () => {
    const line = new Line();
    const chat = openChat(line);
    line.last.drop();

    chat.hurry();

    expect(line.sockets).toHaveLength(2);
  });

  it("does not wait for a welcome for ever", () => {
    const line = new Line();
    chatOn(line).open();
    line.last.accept();

    vi.advanceTimersByTime(15_500);

    expect(line.sockets[0]?.isClosed).toBe(true);
    expect(line.sockets).toHaveLength(2);
  });

  it("survives what it does not understand", () => {
    const line = new Line();
    const chat = openChat(line);

    line.last.onmessage?.({ data: "{nonsense" });
    line.last.onmessage?.({ data: "null" });
    line.last.onmessage?.({ data: '{"type":"of tomorrow"}' });

    expect(chat.isOnline()).toBe(true);
  });

  it("survives a page whose policy forbids it", () => {
    const chat = chatOn(new Line(), {
      open: () => {
        throw new DOMException("refused");
      },
    });

    chat.open();

    expect(chat.line).toEqual({ state: "offline" });
  });

  it("says hello with who the buyer is", () => {
    const line = new Line();
    const identity = { user_id: "u1", user_hash: "ab", user_name: "小红" };
    chatOn(line, { identity, subject: { item_id: "i1" } }).open();

    line.last.accept();

    expect(line.last.sent).toEqual([{ type: "hello", ...identity }]);
    expect(line.last).toBeInstanceOf(FakeSocket);
  });
});
