import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { words } from "../src/strings";
import { chatOn, Line, message, openChat, shelfOf } from "./fakes";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function reconnect(line: Line): void {
  line.last.drop();
  vi.advanceTimersByTime(40_000);
  line.last.welcome();
}

describe("a message", () => {
  it("is kept until the server has it", () => {
    const line = new Line();
    const chat = openChat(line);

    chat.say("在吗");

    expect(chat.outbox.all()).toHaveLength(1);
    line.last.take(1);
    expect(chat.outbox.all()).toEqual([]);
    expect(chat.memory.outbox()).toEqual([]);
    expect(chat.log.all()).toMatchObject([{ id: 1, sender: "buyer", text: "在吗" }]);
  });

  it("written without a line is sent once, under the same id", () => {
    const line = new Line();
    const chat = openChat(line);
    line.last.drop();
    chat.say("断网时写的");
    const id = chat.outbox.all()[0]?.id;

    vi.advanceTimersByTime(500);
    line.last.welcome();

    expect(line.last.of("message")).toEqual([
      { type: "message", id, text: "断网时写的" },
    ]);
  });

  it("whose answer was lost is sent once more, under the same id", () => {
    const line = new Line();
    const chat = openChat(line);
    chat.say("在吗");
    const [first] = line.last.ids();

    reconnect(line);

    expect(line.last.ids()).toEqual([first]);
    expect(chat.outbox.all()).toHaveLength(1);
  });

  it("that the server shows again is not sent again", () => {
    const line = new Line();
    const chat = openChat(line);
    chat.say("在吗");
    const id = line.last.ids()[0] ?? "";

    line.last.messages([message(1, { sender: "buyer", client_id: id, text: "在吗" })]);
    reconnect(line);

    expect(line.last.ids()).toEqual([]);
    expect(chat.log.all()).toHaveLength(1);
  });

  it("survives the page", () => {
    const shelf = shelfOf();
    const before = new Line();
    openChat(before, { shelf }).say("刷新前写的");

    const line = new Line();
    const chat = chatOn(line, { shelf });
    line.last.welcome();

    expect(line.last.ids()).toEqual(before.last.ids());
    expect(chat.outbox.all()).toMatchObject([{ text: "刷新前写的", state: "sending" }]);
  });

  it("keeps its place: several go in the order they were written", () => {
    const line = new Line();
    const chat = chatOn(line);
    chat.open();
    ["一", "二", "三"].forEach((text) => chat.say(text));

    line.last.welcome();

    expect(line.last.of("message").map((frame) => frame.text)).toEqual(["一", "二", "三"]);
  });

  it("refused for its haste goes again after the pause", () => {
    const line = new Line();
    const chat = openChat(line);
    chat.say("太快了");
    const id = line.last.ids()[0] ?? "";

    line.last.give({
      type: "refused",
      client_id: id,
      code: "rate_limited",
      message: "",
      retry_after: 2,
    });

    expect(chat.outbox.all()).toMatchObject([{ state: "sending", note: words.slowDown }]);
    vi.advanceTimersByTime(2000);
    expect(line.last.ids()).toEqual([id, id]);
  });

  it("refused for what it is does not go again", () => {
    const line = new Line();
    const chat = openChat(line);
    chat.say("不行的");
    const client_id = line.last.ids()[0] ?? "";

    line.last.give({ type: "refused", client_id, code: "invalid_field", message: "" });
    reconnect(line);

    expect(line.last.ids()).toEqual([]);
    expect(chat.outbox.all()).toMatchObject([{ state: "refused" }]);
    expect(chat.memory.outbox()).toEqual([]);
  });

  it("that nobody answers makes a new line, then waits for the buyer", () => {
    const line = new Line();
    const chat = openChat(line);
    chat.say("有人吗");

    for (let attempt = 0; attempt < 3; attempt += 1) {
      vi.advanceTimersByTime(10_000);
      vi.advanceTimersByTime(5_000);
      if (!chat.isOnline()) line.last.welcome();
    }

    expect(chat.outbox.all()).toMatchObject([{ state: "failed", note: words.failed }]);
    const [one] = chat.outbox.all();
    chat.outbox.retry(one?.id ?? "");
    expect(chat.outbox.all()).toMatchObject([{ state: "sending" }]);
    line.last.take(1, one?.id);
    expect(chat.log.all()).toHaveLength(1);
  });

  it("too long for a frame is refused in words, and nothing is kept", () => {
    const chat = openChat(new Line());

    expect(chat.say("长".repeat(5500))).toBe(words.tooLong);
    expect(chat.outbox.all()).toEqual([]);
  });

  it("carries what the page is about, once", () => {
    const line = new Line();
    const chat = openChat(line, { subject: { item_id: "i1" } });

    chat.say("这个多大");
    chat.say("什么颜色");

    const [first, second] = line.last.of("message");
    expect(first).toMatchObject({ item_id: "i1" });
    expect(second).not.toHaveProperty("item_id");
  });
});

describe("a picture", () => {
  it.each([
    [new File(["x"], "a.pdf", { type: "application/pdf" }), words.pictureKind],
    [new File(["x"], "a.svg", { type: "image/svg+xml" }), words.pictureKind],
    [new File([], "a.png", { type: "image/png" }), words.pictureEmpty],
    [new File([new Uint8Array(8 * 1024 * 1024 + 1)], "a.png", { type: "image/png" }), words.pictureSize],
  ])("is refused in words: %#", (file, why) => {
    const chat = openChat(new Line());

    expect(chat.sendPicture(file)).toBe(why);
    expect(chat.outbox.all()).toEqual([]);
  });
});

describe("what is written after a picture", () => {
  const file = () => new File(["x"], "a.png", { type: "image/png" });

  it("waits for it, and is kept behind it", async () => {
    const line = new Line();
    let arrive: (name: string) => void = () => undefined;
    const upload = () => new Promise<string>((resolve) => void (arrive = resolve));
    const chat = openChat(line, { upload });
    chat.sendPicture(file());
    vi.advanceTimersByTime(5);
    chat.say("就是这件");

    expect(line.last.of("message")).toEqual([]);
    arrive("/media/a.jpg");
    await vi.advanceTimersByTimeAsync(0);

    expect(line.last.of("message")).toMatchObject([
      { picture: "/media/a.jpg" },
      { text: "就是这件" },
    ]);
    expect(chat.memory.outbox()).toMatchObject([
      { picture: "/media/a.jpg" },
      { text: "就是这件" },
    ]);
  });

  it("goes when the buyer gives the picture up, or it fails", async () => {
    const line = new Line();
    const chat = openChat(line, { upload: () => new Promise(() => undefined) });
    chat.sendPicture(file());
    chat.say("算了");
    chat.outbox.remove(chat.outbox.all()[0]?.id ?? "");
    expect(line.last.of("message")).toMatchObject([{ text: "算了" }]);

    const other = new Line();
    const failing = openChat(other, { upload: () => Promise.reject(new Error()) });
    failing.sendPicture(file());
    failing.say("收到了吗");
    await vi.advanceTimersByTimeAsync(0);
    expect(other.last.of("message")).toMatchObject([{ text: "收到了吗" }]);
  });
});

describe("a picture that did not get through", () => {
  it("is tried again when the line is back, a few times", async () => {
    const line = new Line();
    let tries = 0;
    const upload = () => {
      tries += 1;
      return Promise.reject(new Error());
    };
    const chat = openChat(line, { upload });
    chat.sendPicture(new File(["x"], "a.png", { type: "image/png" }));

    for (let attempt = 0; attempt < 5; attempt += 1) {
      await vi.advanceTimersByTimeAsync(0);
      reconnect(line);
    }

    expect(tries).toBe(3);
    expect(chat.outbox.all()).toMatchObject([
      { state: "failed", note: words.pictureFailed },
    ]);
  });
});

describe("a message the server does not understand", () => {
  it("is made readable before it is kept and sent", () => {
    const line = new Line();
    const identity = { user_id: "u1", user_hash: "ab", user_name: "红\udc00" };
    const chat = openChat(line, { identity });

    chat.say("坏字\ud83d 好字😀");

    expect(line.last.of("message")[0]?.text).toBe("坏字\ufffd 好字😀");
    expect(line.last.of("hello")[0]?.user_name).toBe("红\ufffd");
    expect(chat.memory.outbox()[0]?.text).toBe("坏字\ufffd 好字😀");
  });

  it("waits for the buyer once the line was closed over it twice, on the next page too", () => {
    const line = new Line();
    const shelf = shelfOf();
    const chat = openChat(line, { shelf });
    chat.say("坏的");
    chat.say("好的");

    for (let attempt = 0; attempt < 2; attempt += 1) {
      line.last.drop(4400);
      vi.advanceTimersByTime(30_000);
      line.last.welcome();
    }

    expect(chat.outbox.all()).toMatchObject([
      { text: "坏的", state: "failed", note: words.notAccepted },
      { text: "好的", state: "sending" },
    ]);
    expect(line.last.of("message").map((frame) => frame.text)).toEqual(["好的"]);
    const next = new Line();
    const later = openChat(next, { shelf });
    expect(next.last.of("message").map((frame) => frame.text)).toEqual(["好的"]);
    later.outbox.retry(later.outbox.all()[0]?.id ?? "");
    expect(next.last.of("message")[1]).toEqual({
      type: "message",
      id: later.outbox.all()[0]?.id,
      text: "坏的",
    });
  });
});

describe("a log-out", () => {
  it("leaves nothing of the buyer in the page or the browser, and begins anonymous", () => {
    const line = new Line();
    const shelf = shelfOf();
    const identity = { user_id: "u1", user_hash: "ab" };
    const chat = openChat(line, { identity, shelf });
    line.last.messages([message(1, { text: "给小红的" })]);
    chat.say("我的地址");

    chat.logout();

    expect([...shelf.kept.keys()]).toEqual(["xiaoer:demo:look"]);
    expect(chat.log.all()).toEqual([]);
    expect(chat.outbox.all()).toEqual([]);
    expect(line.sockets[0]?.isClosed).toBe(true);
    line.last.accept();
    expect(line.last.sent).toEqual([{ type: "hello" }]);
  });
});
