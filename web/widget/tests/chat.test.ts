import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { noticeOf } from "../src/header";
import { words } from "../src/strings";
import { chatOn, Line, message, openChat, shelfOf } from "./fakes";

beforeEach(() => void vi.useFakeTimers({ now: new Date(2026, 10, 23, 10, 0) }));
afterEach(() => void vi.useRealTimers());

describe("messages", () => {
  it("stand once each, in the order of their ids", () => {
    const line = new Line();
    const chat = openChat(line);

    line.last.messages([message(5), message(2)]);
    line.last.messages([message(5), message(3)]);

    expect(chat.log.all().map((one) => one.id)).toEqual([2, 3, 5]);
  });

  it("are asked for backwards, once at a time, while there are older ones", () => {
    const line = new Line();
    const chat = openChat(line);
    line.last.messages([message(60), message(61)], { has_more: true });

    chat.older();
    chat.older();

    expect(line.last.of("history")).toEqual([{ type: "history", before: 60 }]);
    line.last.messages([message(58), message(59)], { is_history: true });
    chat.older();
    expect(line.last.of("history")).toHaveLength(1);
    expect(chat.log.all().map((one) => one.id)).toEqual([58, 59, 60, 61]);
  });

  it("count as unread until the window is open, also on the next page", () => {
    const shelf = shelfOf({ "xiaoer:demo": '{"token":"old"}' });
    const line = new Line();
    const chat = chatOn(line, { shelf });
    line.last.welcome();

    line.last.messages([message(1), message(2, { sender: "buyer" }), message(3)]);

    expect(chat.unread()).toBe(2);
    chat.open();
    expect(chat.unread()).toBe(0);
    const next = new Line();
    const later = chatOn(next, { shelf });
    next.last.welcome();
    next.last.messages([message(1), message(3)]);
    expect(later.unread()).toBe(0);
    next.last.messages([message(4, { sender: "agent" })]);
    expect(later.unread()).toBe(1);
  });

  it("are forgotten on a reset, and come again", () => {
    const line = new Line();
    const chat = openChat(line);
    line.last.messages([message(7)]);

    line.last.give({ type: "reset" });
    expect(chat.log.all()).toEqual([]);
    line.last.messages([message(1), message(7)]);

    expect(chat.log.all().map((one) => one.id)).toEqual([1, 7]);
  });
});

describe("typing", () => {
  it("is told at most every three seconds", () => {
    const line = new Line();
    const chat = openChat(line);

    chat.typed();
    chat.typed();
    vi.advanceTimersByTime(3000);
    chat.typed();

    expect(line.last.of("typing")).toHaveLength(2);
  });

  it("of the other side ends with the message, or after a while", () => {
    const line = new Line();
    const chat = openChat(line);

    line.last.give({ type: "typing", sender: "agent" });
    expect(chat.typing.sender).toBe("agent");
    line.last.messages([message(1, { sender: "agent" })]);
    expect(chat.typing.sender).toBeNull();
    line.last.give({ type: "typing", sender: "assistant" });
    vi.advanceTimersByTime(6000);
    expect(chat.typing.sender).toBeNull();
  });
});

describe("the notice", () => {
  it.each([
    [{ position: 3, is_staffed: true }, "前面还有2位"],
    [{ position: 1, is_staffed: true }, "您是下一位"],
    [{ is_staffed: true }, words.queued],
    [{ is_staffed: false }, words.unstaffed],
    [{ is_staffed: false, opens_at: new Date(2026, 10, 23, 13).toISOString() }, "同事今天 13:00上班"],
    [{ is_staffed: false, opens_at: new Date(2026, 10, 24, 9).toISOString() }, "同事明天 09:00上班"],
    [{ is_staffed: false, opens_at: new Date(2026, 10, 27, 9).toISOString() }, "同事周五 09:00上班"],
    [{ is_staffed: false, opens_at: new Date(2026, 11, 7, 9).toISOString() }, "同事12月7日 09:00上班"],
  ])("of the queue is honest: %o", (status, expected) => {
    const line = new Line();
    const chat = openChat(line);

    line.last.give({ type: "status", phase: "waiting", ...status });

    expect(noticeOf(chat)).toContain(expected);
  });

  it("says nothing while the assistant or a person serves", () => {
    const line = new Line();
    const chat = openChat(line);

    line.last.give({ type: "status", phase: "person", is_staffed: true });

    expect(noticeOf(chat)).toBeNull();
  });

  it("says that the line broke, and why there is none", () => {
    const line = new Line();
    const chat = openChat(line);

    line.last.drop();
    expect(noticeOf(chat)).toBe(words.offline);
    vi.advanceTimersByTime(500);
    line.last.drop(4401);
    expect(noticeOf(chat)).toBe(words.refused[4401]);
  });
});

describe("a rating", () => {
  it("is asked for when a conversation closes, once", () => {
    const line = new Line();
    const chat = openChat(line);
    line.last.messages([message(1)]);

    line.last.give({ type: "status", phase: "closed", is_staffed: true });
    expect(chat.rating).toBe("asked");
    chat.rate(4, "很快");
    expect(line.last.of("rating")).toEqual([{ type: "rating", stars: 4, reason: "很快" }]);
    line.last.give({ type: "rated" });
    expect(chat.rating).toBe("sent");

    line.last.drop();
    vi.advanceTimersByTime(500);
    line.last.welcome();
    line.last.give({ type: "status", phase: "assistant", is_staffed: true });
    line.last.give({ type: "status", phase: "closed", is_staffed: true });
    expect(chat.rating).toBe("none");
  });

  it("cannot be given before anything was said", () => {
    const chat = openChat(new Line());

    chat.askForRating();

    expect(chat.rating).toBe("none");
  });

  it("that the server does not take is asked for no longer", () => {
    const line = new Line();
    const chat = openChat(line);
    line.last.messages([message(1)]);
    chat.askForRating();

    line.last.give({ type: "refused", client_id: null, code: "invalid_field", message: "" });

    expect(chat.rating).toBe("none");
  });

  it("is not lost where there is no line: the buyer is told", () => {
    const line = new Line();
    const chat = openChat(line);
    line.last.drop();

    expect(chat.rate(5, "")).toBe(false);
  });
});

describe("a buyer", () => {
  it("who logs in is told to the server, and takes the conversation along", () => {
    const shelf = shelfOf();
    const line = new Line();
    const chat = openChat(line, { shelf });

    chat.identify({ user_id: "u1", user_hash: "ab" });
    line.last.give({ type: "reset" });

    expect(line.last.of("identify")).toEqual([
      { type: "identify", user_id: "u1", user_hash: "ab" },
    ]);
    expect([...shelf.kept.keys()]).toEqual(["xiaoer:demo:look", "xiaoer:demo:as:u1"]);
  });

  it("who logs out leaves nothing for the next one at this browser", () => {
    const shelf = shelfOf();
    const line = new Line();
    openChat(line, { shelf }).identify({ user_id: "u1", user_hash: "ab" });
    line.last.give({ type: "reset" });

    const next = new Line();
    chatOn(next, { shelf }).open();
    next.last.accept();

    expect(next.last.sent).toEqual([{ type: "hello" }]);
  });

  it("whom the shop does not vouch for is not named", () => {
    const line = new Line();

    openChat(line).identify({ user_id: "u1" });

    expect(line.last.of("identify")).toEqual([]);
  });

  it("whom the server does not believe loses nothing", () => {
    const shelf = shelfOf();
    const line = new Line();
    openChat(line, { shelf }).identify({ user_id: "u1", user_hash: "wrong" });
    line.last.drop(4401);

    const next = new Line();
    chatOn(next, { shelf });
    next.last.accept();

    expect(next.last.sent).toEqual([{ type: "hello", token: "t1" }]);
  });

  it("who comes back logged in brings what was written before", () => {
    const shelf = shelfOf({ "xiaoer:demo": '{"token":"anonymous"}' });
    const line = new Line();

    chatOn(line, { shelf, identity: { user_id: "u1", user_hash: "ab" } });
    line.last.accept();

    expect(line.last.sent[0]).toMatchObject({ token: "anonymous", user_id: "u1" });
    line.last.give({
      type: "welcome",
      token: "t2",
      is_identified: true,
      shop: { name: "小店", colour: null, position: null, privacy_url: null },
    });
    expect(shelf.kept.has("xiaoer:demo")).toBe(false);
    expect(shelf.kept.get("xiaoer:demo:as:u1")).toContain('"token":"t2"');
  });
});
