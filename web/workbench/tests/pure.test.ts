import { describe, expect, it } from "vitest";
import type { Finding, Line as ConversationLine, Message } from "../src/api/client";
import { joined, timeline } from "../src/conversation/timeline";
import { quoted, safeWording } from "../src/guard/marks";
import { belongs, ordered, placed, riskOf } from "../src/inbox/lists";
import { type Change, type Line, LiveSocket, type LiveState } from "../src/live/socket";
import { span } from "../src/times";

const AT = "2026-11-23T02:00:00Z";

function line(id: number, more: Partial<ConversationLine> = {}): ConversationLine {
  return {
    id, version: 1, state: "handed_over", served_by: null, served_until: null, waiting_since: AT, last_buyer_at: AT,
    unanswered_since: AT, mood: "neutral", last: null, buyer: { id, ref: `b${id}`, name: null, connector: "web_chat" }, ...more,
  };
}

function finding(start: number, end: number, replacement: string | null): Finding {
  return { category: "c", rule: "r", verdict: "warn", start, end, suggestion: "s", replacement, source: "", role: null };
}

function message(id: number, text = ""): Message {
  return { id, text, sender: "buyer", user: null, picture: null, intent: null, script_id: null, buttons: [], sent_at: AT, delivery: null };
}

describe("riskOf", () => {
  const since = Date.parse(AT);
  it("is late from three minutes after the first unanswered message", () => {
    expect(riskOf(line(1), since + 179_999)).toBe("soon");
    expect(riskOf(line(1), since + 180_000)).toBe("late");
  });
  it("is calm when everything is answered", () => {
    expect(riskOf(line(1, { unanswered_since: null }), since + 999_999)).toBe("calm");
  });
});

describe("ordered", () => {
  it("puts who waits longest first, and who waits for nothing last", () => {
    const answered = line(1, { unanswered_since: null });
    const late = line(2, { unanswered_since: "2026-11-23T01:00:00Z" });
    expect(ordered([answered, line(3), late], "waiting").map((one) => one.id)).toEqual([2, 3, 1]);
  });
  it("keeps two who both wait for nothing in the order of the queue", () => {
    const quiet = { unanswered_since: null };
    const later = line(1, { ...quiet, waiting_since: "2026-11-23T03:00:00Z" });
    expect(ordered([later, line(2, quiet)], "mine").map((one) => one.id)).toEqual([2, 1]);
  });
  it("puts the newest activity first elsewhere", () => {
    expect(ordered([line(1), line(2, { last_buyer_at: "2026-11-23T05:00:00Z" })], "all").map((one) => one.id)).toEqual([2, 1]);
  });
});

describe("placed", () => {
  it("takes a conversation out of a list that it has left", () => {
    expect(placed(new Set([1, 2]), line(1, { state: "served", served_by: "lan" }), "waiting", "lan", null)).toEqual(new Set([2]));
  });
  it("leaves out what stands behind the end of a list that goes on", () => {
    const old = line(9, { state: "closed", last_buyer_at: "2026-11-01T00:00:00Z" });
    expect(placed(new Set(), old, "closed", "lan", line(1, { state: "closed" }))).toBeNull();
  });
  it("is mine only when I serve it", () => {
    expect(belongs(line(1, { state: "served", served_by: "mei" }), "mine", "lan")).toBe(false);
  });
});

describe("marks", () => {
  it("counts code points, so that an emoji moves nothing", () => {
    expect(quoted("😀全网最低", finding(1, 5, null))).toBe("全网最低");
  });
  it("puts every replacement in its place", () => {
    expect(safeWording("😀最好的，第一", [finding(1, 4, "好的"), finding(5, 7, "不错")])).toBe("😀好的，不错");
  });
  it("knows no safe wording without a replacement", () => {
    expect(safeWording("加微信", [finding(0, 3, null)])).toBeNull();
  });
});

describe("timeline", () => {
  it("has each message once, as it was read last", () => {
    expect(joined([message(1, "a"), message(2)], [message(1, "b")]).map((one) => one.text)).toEqual(["b", ""]);
  });
  it("has what is unsent at the end", () => {
    const unsent = { clientId: "c", text: "x", at: AT, state: "failed" as const, isConfirmed: false };
    expect(timeline([message(1)], [], [unsent]).map((one) => one.kind)).toEqual(["day", "message", "unsent"]);
  });
});

describe("span", () => {
  it("says minutes and seconds", () => expect(span(125_000)).toBe("2:05"));
});

describe("LiveSocket", () => {
  function desk() {
    const lines: (Line & { sent: string[] })[] = [];
    const waiting: (() => void)[] = [];
    const states: LiveState[] = [];
    const changes: Change[] = [];
    const socket = new LiveSocket(
      { state: (now) => states.push(now), change: (one) => changes.push(one), typing: () => undefined, presence: () => undefined },
      {
        open() {
          const one = { onopen: null, onmessage: null, onclose: null, sent: [] as string[], send(text: string) { this.sent.push(text); }, close: () => undefined };
          lines.push(one);
          return one;
        },
        later(act) {
          waiting.push(act);
          return () => undefined;
        },
        random: () => 0,
      },
    );
    socket.start();
    const say = (frame: object) => lines.at(-1)?.onmessage?.({ data: JSON.stringify(frame) });
    return { lines, waiting, states, changes, say };
  }
  const change = { type: "change", cursor: "c2", stream: "messages", kind: "buyer", conversation_id: 1, id: 7, summary: {} };

  it("comes again with the last cursor, and tells a change once", () => {
    const { lines, waiting, states, changes, say } = desk();
    lines[0]?.onopen?.();
    say({ type: "ready", cursor: "c1", people: [] });
    say(change);
    lines[0]?.onclose?.({ code: 1006 });
    waiting[0]?.();
    lines[1]?.onopen?.();
    say({ type: "ready", cursor: "c2", people: [] });
    say(change);
    expect(lines[1]?.sent).toEqual([JSON.stringify({ type: "hello", cursor: "c2" })]);
    expect(changes).toHaveLength(1);
    expect(states).toEqual(["connecting", "live", "lost", "live"]);
  });
  it("does not come again when the login has ended", () => {
    const { lines, waiting, states } = desk();
    lines[0]?.onclose?.({ code: 4401 });
    expect(waiting).toHaveLength(0);
    expect(states.at(-1)).toBe("ended");
  });
});
