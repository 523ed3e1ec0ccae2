/** One message, sent or on its way, as it stands in the conversation. */

import { cardOf } from "./cards";
import { el, safeUrl } from "./dom";
import type { Pending } from "./outbox";
import type { Message } from "./protocol";
import { words } from "./strings";
import { dateOf, past } from "./times";

export interface BubbleContext {
  server: string;
  now: Date;
  /** The buttons of the newest message may still be pressed. */
  hasButtons: boolean;
  /** The one above is of the same sender, a moment ago. */
  isFollowing: boolean;
  onButton: (text: string) => void;
  onRetry: (id: string) => void;
  onRemove: (id: string) => void;
}

export function bubbleOf(message: Message, context: BubbleContext): HTMLElement {
  const { sender } = message;
  if (sender === "system") {
    return el("div", { class: "row system" }, el("p", {}, message.text));
  }
  return el(
    "div",
    { class: rowClass(sender, context), "data-id": message.id },
    caption(message, context),
    message.text !== "" && el("div", { class: "bubble" }, ...linked(message, context)),
    message.picture !== null && picture(message.picture, context),
    ...attached(message, context),
    message.card !== null && cardOf(message.card),
    context.hasButtons && quickReplies(message.buttons, context),
  );
}

export function pendingBubbleOf(
  one: Pending,
  preview: string | null,
  context: BubbleContext,
): HTMLElement {
  const row = el("div", { class: `${rowClass("buyer", context)} ${one.state}` });
  if (one.text !== undefined) row.append(el("div", { class: "bubble" }, one.text));
  else row.append(pendingPicture(one, preview));
  row.append(footer(one, context));
  return row;
}

/** What tells two looks of a pending message apart. */
export function pendingLook(one: Pending, isOnline: boolean): string {
  return [one.state, one.note, one.progress, one.file === undefined, isOnline].join();
}

function rowClass(sender: string, context: BubbleContext): string {
  const side = sender === "buyer" ? "own" : "other";
  return `row ${side} ${sender}${context.isFollowing ? " following" : ""}`;
}

function caption(message: Message, context: BubbleContext): HTMLElement {
  const at = dateOf(message.sent_at);
  const time = at && el("time", { datetime: message.sent_at }, past(at, context.now));
  if (message.sender === "buyer") {
    return el("div", { class: "caption" }, hidden(words.you), time);
  }
  const isAgent = message.sender === "agent";
  return el(
    "div",
    { class: "caption" },
    el("span", { class: "name" }, isAgent ? words.agent : words.assistant),
    message.is_automatic && el("span", { class: "badge" }, words.automatic),
    time,
  );
}

function hidden(text: string): HTMLElement {
  return el("span", { class: "hidden" }, text);
}

/** The text, with web addresses of the shop's side as links. */
function linked(message: Message, context: BubbleContext): (Node | string)[] {
  if (message.sender === "buyer") return [message.text];
  return message.text.split(/(https?:\/\/[\w\-.~:/?#@!$&*+,;=%]+)/).map((part, at) => {
    const url = at % 2 === 1 ? safeUrl(part, context.server) : null;
    if (url === null) return part;
    return el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, part);
  });
}

function picture(address: string, context: BubbleContext): HTMLElement {
  const url = safeUrl(address, context.server);
  if (url === null) return el("div", { class: "bubble" }, words.picture);
  const image = el("img", { src: url, alt: words.picture, loading: "lazy" });
  return el(
    "a",
    {
      class: "picture",
      href: url,
      target: "_blank",
      rel: "noopener noreferrer",
      "aria-label": words.openPicture,
    },
    image,
  );
}

/** The shop's pictures as links: nobody else's server is asked unless the buyer wants. */
function attached(message: Message, context: BubbleContext): HTMLElement[] {
  const urls = (message.attachments ?? []).map((one) => safeUrl(one, context.server));
  return urls
    .filter((url) => url !== null)
    .map((url, at) =>
      el(
        "a",
        { class: "bubble", href: url, target: "_blank", rel: "noopener noreferrer" },
        words.attachment(at + 1),
      ),
    );
}

function quickReplies(buttons: string[], context: BubbleContext): HTMLElement | null {
  if (buttons.length === 0) return null;
  return el(
    "div",
    { class: "quick" },
    ...buttons.map((text) =>
      el("button", { type: "button", on: { click: () => context.onButton(text) } }, text),
    ),
  );
}

function pendingPicture(one: Pending, preview: string | null): HTMLElement {
  const box = el("div", { class: "picture" });
  if (preview !== null) {
    const image = el("img", { src: preview, alt: words.picture });
    // A page's policy may forbid previews; the words below say what happens.
    image.addEventListener("error", () => image.remove());
    box.append(image);
  }
  if (one.file !== undefined && one.state === "sending") {
    const value = one.progress ?? 0;
    box.append(el("progress", { max: 100, value, "aria-label": words.picture }));
  }
  return box;
}

function footer(one: Pending, context: BubbleContext): HTMLElement {
  if (one.state === "sending") {
    return el("div", { class: "caption" }, one.note ?? sendingWords(one));
  }
  return el(
    "div",
    { class: "caption trouble" },
    el("span", {}, one.note ?? words.failed),
    one.state === "failed" && action(words.retry, () => context.onRetry(one.id)),
    action(words.remove, () => context.onRemove(one.id)),
  );
}

function sendingWords(one: Pending): string {
  if (one.file !== undefined && one.isUnderway) {
    return words.uploading(one.progress ?? 0);
  }
  return one.isUnderway ? words.sending : words.sendingLater;
}

function action(text: string, act: () => void): HTMLElement {
  return el("button", { type: "button", class: "action", on: { click: act } }, text);
}
