import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Conversation } from "../src/conversation";
import { el } from "../src/dom";
import { Line, message, openChat } from "./fakes";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function shown() {
  const line = new Line();
  const chat = openChat(line);
  const conversation = new Conversation(chat, "https://shop.example", el("p"));
  chat.subscribe(() => conversation.render());
  const log = conversation.element.querySelector("[role=log]") as HTMLElement;
  const rows = () => [...log.querySelectorAll(".row")].map((row) => row.textContent);
  return { line, chat, log, rows };
}

const many = (count: number) => Array.from({ length: count }, (_, at) => message(at + 1));

describe("the conversation", () => {
  it("is read out message by message", () => {
    const { line, log } = shown();

    line.last.messages([message(1)]);

    expect(log.getAttribute("aria-live")).toBe("polite");
    expect(log.getAttribute("aria-busy")).not.toBe("true");
  });

  it("is not read out a page at a time", () => {
    const { line, log } = shown();

    line.last.messages(many(40));

    expect(log.getAttribute("aria-busy")).toBe("true");
    vi.advanceTimersByTime(1000);
    expect(log.getAttribute("aria-busy")).toBe("false");
  });

  it("links the shop's pictures, web addresses only", () => {
    const { line, log } = shown();
    const attachments = ["https://shop.example/1.jpg", "javascript:alert(1)"];

    line.last.messages([message(1, { attachments })]);

    const links = [...log.querySelectorAll("a")].map((link) => [link.href, link.textContent]);
    expect(links).toEqual([["https://shop.example/1.jpg", "查看图片 1"]]);
    expect(log.querySelectorAll("img")).toHaveLength(0);
  });

  it("puts a late message where it belongs", () => {
    const { line, log } = shown();
    line.last.messages([message(1), message(3)]);

    line.last.messages([message(2)]);

    const ids = [...log.querySelectorAll("[data-id]")].map((row) => row.getAttribute("data-id"));
    expect(ids).toEqual(["1", "2", "3"]);
  });

  it("keeps an own message in one place from the first moment on", () => {
    const { line, chat, rows } = shown();
    chat.say("在吗");
    expect(rows()).toEqual(["在吗发送中"]);

    const id = line.last.ids()[0] ?? "";
    line.last.take(1, id);
    line.last.messages([message(1, { sender: "buyer", client_id: id, text: "在吗" })]);

    expect(rows()).toHaveLength(1);
    expect(rows()[0]).not.toContain("发送中");
  });

  it("offers the buttons of the newest message only", () => {
    const { line, log } = shown();
    const labels = () => [...log.querySelectorAll(".quick button")].map((one) => one.textContent);

    line.last.messages([message(1, { buttons: ["甲"] })]);
    line.last.messages([message(2, { buttons: ["乙"] })]);
    expect(labels()).toEqual(["乙"]);
    line.last.messages([message(3, { sender: "buyer" })]);

    expect(labels()).toEqual([]);
  });

  it("is empty after a reset", () => {
    const { line, rows } = shown();
    line.last.messages(many(3));

    line.last.give({ type: "reset" });

    expect(rows()).toEqual([]);
  });
});
