/** The window: header, conversation, rating, composer. */

import type { Chat } from "./chat";
import { Composer } from "./composer";
import { Conversation } from "./conversation";
import { el, safeUrl, setText } from "./dom";
import { Header } from "./header";
import { Rating } from "./rating";
import { words } from "./strings";

export interface PanelOptions {
  chat: Chat;
  server: string;
  shop: string;
  onClose: (() => void) | null;
}

export class Panel {
  readonly element: HTMLElement;
  private readonly header: Header;
  private readonly conversation: Conversation;
  private readonly rating: Rating;
  private readonly composer: Composer;
  private readonly greeting = el("p", {});
  private readonly privacy = el(
    "a",
    { target: "_blank", rel: "noopener" },
    words.privacy,
  );

  constructor(private readonly options: PanelOptions) {
    const { chat } = options;
    const privacyUrl = () => this.privacyUrl();
    this.header = new Header({ chat, privacyUrl, onClose: options.onClose });
    const intro = el(
      "div",
      { class: "intro" },
      this.greeting,
      el("p", {}, words.introPerson),
      el("p", {}, words.introPrivacy, this.privacy),
    );
    this.conversation = new Conversation(chat, options.server, intro);
    this.rating = new Rating(chat);
    this.composer = new Composer(chat);
    this.element = el(
      "section",
      {
        class: "panel",
        role: "dialog",
        tabindex: -1,
        on: {
          keydown: (event) => this.pressed(event),
          dragover: (event) => event.preventDefault(),
          drop: (event) => this.dropped(event),
        },
      },
      this.header.element,
      this.header.notice,
      this.conversation.element,
      this.rating.element,
      this.composer.element,
    );
  }

  render(): void {
    const { chat } = this.options;
    const shop = chat.look.name ?? "";
    this.element.setAttribute("aria-label", words.dialog(shop));
    setText(this.greeting, words.intro(chat.identity.user_name ?? "", shop));
    this.privacy.href = this.privacyUrl();
    this.header.render();
    this.rating.render();
    this.composer.render();
    this.conversation.render();
  }

  /** The window has just been opened: write at once, read the newest. */
  opened(): void {
    this.conversation.toEnd();
    // On a phone, writing at once would hide the conversation behind the keyboard.
    const hasKeyboard = !window.matchMedia("(pointer: coarse)").matches;
    (hasKeyboard ? this.composer.input : this.element).focus();
  }

  /** The buyer has logged out: what they were writing goes with them. */
  forget(): void {
    this.composer.clear();
  }

  private privacyUrl(): string {
    const { server, shop, chat } = this.options;
    const own = `${server}/chat/${encodeURIComponent(shop)}/privacy`;
    return safeUrl(chat.privacyUrl ?? own, server) ?? own;
  }

  private pressed(event: KeyboardEvent): void {
    if (event.key !== "Escape" || event.isComposing) return;
    event.stopPropagation();
    if (!this.header.closeMenu()) this.options.onClose?.();
  }

  private dropped(event: DragEvent): void {
    event.preventDefault();
    this.composer.sendPictures([...(event.dataTransfer?.files ?? [])]);
  }
}
