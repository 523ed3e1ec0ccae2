import { describe, expect, it } from "vitest";

import { yuan } from "../src/cards";
import { colourOf, contrast, DEFAULT_COLOUR, inkOn, readable } from "../src/colours";
import { safeUrl } from "../src/dom";
import { Memory } from "../src/memory";
import { optionsOf } from "../src/tag";
import { past } from "../src/times";
import { shelfOf } from "./fakes";

describe("a colour", () => {
  it.each(["#ffffff", "#000000", "#ffd400", "#ff5000", "#0050b3", "#7f7f7f", DEFAULT_COLOUR])(
    "can be read on and read as text: %s",
    (colour) => {
      expect(contrast(colour, inkOn(colour))).toBeGreaterThanOrEqual(4.5);
      expect(contrast(readable(colour), "#f4f4f6")).toBeGreaterThanOrEqual(4.5);
    },
  );

  it.each([undefined, null, "", "red", "#fff", "#12345", "}*{color:red"])(
    "that is none is the default: %s",
    (given) => expect(colourOf(given)).toBe(DEFAULT_COLOUR),
  );

  it("of the tag wins over the shop's", () => {
    expect(colourOf("#123456", "#abcdef")).toBe("#123456");
    expect(colourOf("nonsense", "#ABCDEF")).toBe("#abcdef");
  });
});

describe("an address", () => {
  it.each(["javascript:alert(1)", "data:text/html,x", "http://["])(
    "that could run is none: %s",
    (address) => expect(safeUrl(address, "https://shop.example")).toBeNull(),
  );

  it("without a server is ours", () => {
    expect(safeUrl("/media/a.png", "https://shop.example")).toBe("https://shop.example/media/a.png");
  });
});

describe("figures", () => {
  it("are prices in yuan", () => {
    expect([yuan(12800), yuan(990), yuan(0)]).toEqual(["¥128", "¥9.90", "¥0"]);
  });

  it("are moments, with the day where it is not today", () => {
    const now = new Date(2026, 10, 23, 10, 0);

    expect(past(new Date(2026, 10, 23, 9, 5), now)).toBe("09:05");
    expect(past(new Date(2026, 10, 22, 23, 59), now)).toBe("昨天 23:59");
    expect(past(new Date(2026, 9, 1, 8, 0), now)).toBe("10月1日 08:00");
  });
});

describe("the tag", () => {
  function tag(data: Record<string, string>): HTMLScriptElement {
    const script = document.createElement("script");
    script.src = "https://shop.example/widget.js?v=3";
    Object.assign(script.dataset, data);
    return script;
  }

  it("says which shop, how it looks, who is there and what the page is about", () => {
    const said = optionsOf(
      tag({
        shop: "demo",
        colour: "#123456",
        position: "left",
        userId: "u1",
        userHash: "ab",
        userName: "小红",
        itemId: "i1",
        orderId: "o1",
      }),
    );

    expect(said).toEqual({
      server: "https://shop.example",
      shop: "demo",
      isPage: false,
      look: { colour: "#123456", position: "left" },
      identity: { user_id: "u1", user_hash: "ab", user_name: "小红" },
      subject: { item_id: "i1", order_id: "o1" },
    });
  });

  it("does not name a buyer without the proof", () => {
    expect(optionsOf(tag({ shop: "demo", userId: "u1" }))?.identity).toEqual({});
  });

  it("without a shop is none", () => {
    expect(optionsOf(tag({}))).toBeNull();
  });
});

describe("memory", () => {
  it("that is broken is empty", () => {
    const memory = new Memory(shelfOf({ "xiaoer:demo": "[broken" }), "demo", undefined);

    expect(memory.get()).toEqual({});
  });

  it("that is full loses nothing that is on the screen", () => {
    const full = shelfOf();
    full.setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
    const memory = new Memory(full, "demo", undefined);

    expect(() => memory.keep({ id: "a", text: "b", at: "" })).not.toThrow();
  });
});
