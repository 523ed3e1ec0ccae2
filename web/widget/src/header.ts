/** The top of the window: who serves, the way to a person, and how things stand. */

import type { Chat } from "./chat";
import { button } from "./composer";
import { el, setText } from "./dom";
import { closeIcon, menuIcon, personIcon } from "./icons";
import type { Status } from "./protocol";
import { words } from "./strings";
import { dateOf, upcoming } from "./times";

export interface HeaderOptions {
  chat: Chat;
  privacyUrl: () => string;
  /** None where the window is the page. */
  onClose: (() => void) | null;
}

export class Header {
  readonly element: HTMLElement;
  readonly notice = el("p", { class: "notice", role: "status" });
  private readonly name = el("h1", {});
  private readonly phase = el("p", { class: "phase" });
  private readonly menu: HTMLElement;
  private readonly rate = el(
    "button",
    { type: "button", on: { click: () => this.end() } },
    words.end,
  );
  private readonly menuButton: HTMLButtonElement;
  private readonly privacy: HTMLAnchorElement;

  constructor(private readonly options: HeaderOptions) {
    this.menuButton = button("icon", words.menu, menuIcon(), () => this.toggle());
    this.menuButton.setAttribute("aria-haspopup", "true");
    this.privacy = el(
      "a",
      { target: "_blank", rel: "noopener", on: { click: () => this.toggle(false) } },
      words.privacy,
    );
    this.menu = el(
      "div",
      { class: "menu" },
      this.rate,
      this.privacy,
    );
    this.toggle(false);
    this.element = el(
      "header",
      {},
      el("div", { class: "who" }, this.name, this.phase),
      el(
        "button",
        { type: "button", class: "person", on: { click: () => this.callPerson() } },
        personIcon(),
        words.callPerson,
      ),
      this.menuButton,
      this.menu,
      options.onClose && button("icon close", words.close, closeIcon(), options.onClose),
    );
  }

  render(): void {
    const { chat } = this.options;
    setText(this.name, chat.look.name || words.shop);
    const phase = chat.status?.phase ?? "assistant";
    setText(this.phase, phaseWords(chat));
    this.element.dataset.phase = phase;
    this.rate.hidden = chat.log.newest() === 0;
    this.privacy.href = this.options.privacyUrl();
    const notice = noticeOf(chat);
    this.notice.hidden = notice === null;
    this.notice.classList.toggle("trouble", !chat.isOnline());
    setText(this.notice, notice ?? "");
  }

  /** Closes the menu; false when it was closed. */
  closeMenu(): boolean {
    if (this.menu.hidden) return false;
    this.toggle(false);
    this.menuButton.focus();
    return true;
  }

  private toggle(isOpen = this.menu.hidden): void {
    this.menu.hidden = !isOpen;
    this.menuButton.setAttribute("aria-expanded", String(isOpen));
  }

  private end(): void {
    this.toggle(false);
    this.options.chat.askForRating();
  }

  private callPerson(): void {
    this.options.chat.say(words.callPerson);
  }
}

function phaseWords({ line, status }: Chat): string {
  if (line?.state === "connecting") return words.connecting;
  if (status?.phase === "waiting" && !status.is_staffed) return words.unstaffedPhase;
  return words.phase[status?.phase ?? "assistant"];
}

/** What the buyer should know now, in one sentence; null: nothing. */
export function noticeOf(chat: Chat): string | null {
  const { line, status } = chat;
  if (line?.state === "offline") return words.offline;
  if (line?.state === "refused") return words.refused[line.code] ?? words.refusedOther;
  return status?.phase === "waiting" ? waitingWords(status) : null;
}

function waitingWords(status: Status): string {
  if (!status.is_staffed) {
    const opensAt = dateOf(status.opens_at);
    if (opensAt === null) return words.unstaffed;
    return words.opensAt(upcoming(opensAt, new Date()));
  }
  if (typeof status.position !== "number") return words.queued;
  return status.position <= 1 ? words.next : words.ahead(status.position - 1);
}
