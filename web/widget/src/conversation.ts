/** The conversation on the screen: keeps what is shown equal to what is known. */

import { bubbleOf, pendingBubbleOf, pendingLook, type BubbleContext } from "./bubble";
import type { Chat } from "./chat";
import { el, setText } from "./dom";
import { downIcon } from "./icons";
import type { Message } from "./protocol";
import { words } from "./strings";

const NEAR = 80;
const MOMENT = 5 * 60_000;
/** More messages than this at once are history. */
const AT_ONCE = 5;
const QUIET = 1_000;

interface Shown {
  element: HTMLElement;
  look: string;
}

export class Conversation {
  readonly element: HTMLElement;
  private readonly entries = el("div", { class: "entries" });
  private readonly older = el("p", { class: "older" }, words.older);
  private readonly typing = el("div", { class: "typing" });
  private readonly typingWords = el("span", { class: "hidden" });
  private readonly log: HTMLElement;
  private readonly jump: HTMLButtonElement;
  private readonly shown = new Map<string, Shown>();
  private readonly previews = new Map<string, string>();
  private newest = 0;
  /** The buyer reads the newest: keep it in sight. */
  private isFollowing = true;
  private place = 0;
  private quiet: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly chat: Chat,
    private readonly server: string,
    intro: HTMLElement,
  ) {
    const dots = [1, 2, 3].map(() => el("i", {}));
    this.typing.append(this.typingWords, ...dots);
    this.log = el(
      "div",
      {
        class: "log",
        role: "log",
        "aria-live": "polite",
        "aria-label": words.log,
        tabindex: 0,
        on: { scroll: () => this.scrolled() },
      },
      this.older,
      intro,
      this.entries,
      this.typing,
    );
    this.jump = el(
      "button",
      { type: "button", class: "jump", on: { click: () => this.toEnd() } },
      downIcon(),
      words.newMessages,
    );
    this.jump.hidden = true;
    this.element = el("div", { class: "conversation" }, this.log, this.jump);
    // A picture has loaded, a keyboard or a form has taken room.
    const sized = new ResizeObserver(() => this.isFollowing && this.toEnd());
    sized.observe(this.log);
    sized.observe(this.entries);
  }

  /** Shows what is there now, and keeps the place the buyer was reading at. */
  render(): void {
    const wasAtEnd = this.isFollowing;
    const height = this.log.scrollHeight;
    const first = this.chat.log.first();
    const hadFirst = this.entries.firstElementChild?.getAttribute("data-id");
    this.older.hidden = !this.chat.isLoading;
    const more = this.chat.log.all().length - this.shown.size;
    if (this.chat.isLoading || more > AT_ONCE) this.keepQuiet();
    const isGrown = this.reconcile();
    this.renderTyping();
    const isHistory = hadFirst !== undefined && hadFirst !== null && hadFirst !== String(first);
    if (isHistory && !wasAtEnd) this.goTo(this.log.scrollTop + this.log.scrollHeight - height);
    else if (wasAtEnd || isGrown.byBuyer) this.toEnd();
    else if (isGrown.byOther) this.jump.hidden = false;
  }

  /** A whole page of messages is not read out; what comes after it is. */
  private keepQuiet(): void {
    this.log.setAttribute("aria-busy", "true");
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => this.log.setAttribute("aria-busy", "false"), QUIET);
  }

  toEnd(): void {
    this.isFollowing = true;
    this.goTo(this.log.scrollHeight);
    this.jump.hidden = true;
  }

  private goTo(place: number): void {
    this.log.scrollTop = place;
    this.place = this.log.scrollTop;
  }

  private reconcile(): { byBuyer: boolean; byOther: boolean } {
    const keys = new Set<string>();
    const grown = { byBuyer: false, byOther: false };
    let place: Element | null = this.entries.firstElementChild;
    const put = (key: string, look: string, make: () => HTMLElement): boolean => {
      keys.add(key);
      const old = this.shown.get(key);
      let element = old?.element;
      if (old === undefined || old.look !== look || element === undefined) {
        element = make();
        if (place === old?.element) place = place?.nextElementSibling ?? null;
        old?.element.remove();
        this.shown.set(key, { element, look });
      }
      if (place === element) place = element.nextElementSibling;
      else this.entries.insertBefore(element, place);
      return old === undefined;
    };
    this.putMessages(put, grown);
    this.putPending(put, grown);
    this.dropOthers(keys);
    return grown;
  }

  private putMessages(put: Put, grown: Grown): void {
    const messages = this.chat.log.all();
    const hasPending = this.chat.outbox.all().length > 0;
    let above: Message | null = null;
    messages.forEach((message, at) => {
      const isLast = at === messages.length - 1 && !hasPending;
      const context = this.context(isLast, isFollowing(message, above));
      const look = `${message.id},${context.hasButtons},${context.isFollowing}`;
      const key = message.client_id ? `c${message.client_id}` : `m${message.id}`;
      const isFresh = put(key, look, () => bubbleOf(message, context));
      if (isFresh && message.id > this.newest) {
        if (message.sender === "buyer") grown.byBuyer = true;
        else grown.byOther = true;
      }
      above = message;
    });
    this.newest = this.chat.log.newest();
  }

  private putPending(put: Put, grown: Grown): void {
    for (const one of this.chat.outbox.all()) {
      const context = this.context(false, false);
      const look = `p${pendingLook(one, one.isUnderway)}`;
      const make = () => pendingBubbleOf(one, this.preview(one.id, one.file), context);
      if (put(`c${one.id}`, look, make)) grown.byBuyer = true;
    }
  }

  private dropOthers(keys: Set<string>): void {
    for (const [key, { element }] of this.shown) {
      if (keys.has(key)) continue;
      element.remove();
      this.shown.delete(key);
    }
    const pending = new Set(this.chat.outbox.all().map((one) => one.id));
    for (const [id, url] of this.previews) {
      if (pending.has(id)) continue;
      URL.revokeObjectURL(url);
      this.previews.delete(id);
    }
  }

  private preview(id: string, file: File | undefined): string | null {
    const known = this.previews.get(id);
    if (known !== undefined || file === undefined) return known ?? null;
    const url = URL.createObjectURL(file);
    this.previews.set(id, url);
    return url;
  }

  private context(hasButtons: boolean, following: boolean): BubbleContext {
    return {
      server: this.server,
      now: new Date(),
      hasButtons,
      isFollowing: following,
      onButton: (text) => this.chat.say(text),
      onRetry: (id) => this.chat.outbox.retry(id),
      onRemove: (id) => {
        this.chat.outbox.remove(id);
        this.render();
      },
    };
  }

  private renderTyping(): void {
    const { sender } = this.chat.typing;
    this.typing.hidden = sender === null;
    setText(this.typingWords, sender === null ? "" : words.typing[sender]);
  }

  private scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.log;
    const isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    // What has grown since is no reason: only the buyer goes up.
    if (isAtEnd || scrollTop < this.place) this.isFollowing = isAtEnd;
    this.place = scrollTop;
    if (this.isFollowing) this.jump.hidden = true;
    if (scrollTop < NEAR) this.chat.older();
  }
}

type Put = (key: string, look: string, make: () => HTMLElement) => boolean;
type Grown = { byBuyer: boolean; byOther: boolean };

function isFollowing(message: Message, above: Message | null): boolean {
  if (above === null || above.sender !== message.sender) return false;
  if (above.is_automatic !== message.is_automatic) return false;
  return Date.parse(message.sent_at) - Date.parse(above.sent_at) < MOMENT;
}
