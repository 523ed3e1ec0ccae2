/** The chat window in a page: the button, the window, and what a shop's page may call. */

import { Chat } from "./chat";
import { colourOf, inkOn, readable } from "./colours";
import { button } from "./composer";
import { el, setText } from "./dom";
import { chatIcon } from "./icons";
import { shelf, type Look, type Shelf } from "./memory";
import { Panel } from "./panel";
import type { Identity, ShopLook, Subject } from "./protocol";
import { words } from "./strings";
import css from "./styles.css?inline";

export interface WidgetOptions {
  server: string;
  shop: string;
  /** The window fills the page, and there is no button. */
  isPage: boolean;
  look: Look;
  identity: Identity;
  subject: Subject;
  shelf?: Shelf;
  open?: (url: string) => WebSocket;
}

/** What `window.Xiaoer` offers. */
export interface Api {
  open: () => void;
  close: () => void;
  identify: (who: { userId: string; userHash: string; userName?: string }) => void;
  logout: () => void;
  show: (about: { itemId?: string; orderId?: string }) => void;
}

export class Widget {
  readonly chat: Chat;
  readonly host = el("div", { lang: "zh-CN" });
  private readonly root: HTMLElement;
  private readonly panel: Panel;
  private readonly launcher: HTMLButtonElement;
  private readonly badge = el("span", { class: "unread", "aria-hidden": "true" });
  private readonly colours = new CSSStyleSheet();

  constructor(private readonly options: WidgetOptions) {
    const { server, shop, isPage, look } = options;
    this.chat = new Chat({
      ...options,
      shelf: options.shelf ?? shelf(),
    });
    this.panel = new Panel({
      chat: this.chat,
      server,
      shop,
      onClose: isPage ? null : () => this.close(),
    });
    this.launcher = button("launcher", "", chatIcon(), () => this.open());
    this.launcher.append(this.badge);
    this.root = el("div", { class: isPage ? "root page" : "root" });
    this.root.append(...(isPage ? [] : [this.launcher]), this.panel.element);
    const shadow = this.host.attachShadow({ mode: "open" });
    const styles = new CSSStyleSheet();
    styles.replaceSync(css);
    // A page's policy may forbid style elements and attributes; it cannot mean these.
    shadow.adoptedStyleSheets = [styles, this.colours];
    shadow.append(this.root);
    this.chat.subscribe(() => this.render());
    this.render();
    window.visualViewport?.addEventListener("resize", () => this.fit());
    window.visualViewport?.addEventListener("scroll", () => this.fit());
    if (isPage) this.open();
    else if (!look.colour || !look.position) void this.askForLook();
  }

  open(): void {
    if (!this.chat.isOpen) this.chat.open();
    this.panel.opened();
  }

  close(): void {
    if (this.options.isPage) return;
    this.chat.close();
    this.launcher.focus();
  }

  api(): Api {
    return {
      open: () => this.open(),
      close: () => this.close(),
      identify: ({ userId, userHash, userName }) =>
        this.chat.identify({
          user_id: userId,
          user_hash: userHash,
          ...(userName !== undefined && { user_name: userName }),
        }),
      logout: () => {
        this.chat.logout();
        this.panel.forget();
      },
      show: ({ itemId, orderId }) =>
        this.chat.show({
          ...(itemId !== undefined && { item_id: itemId }),
          ...(orderId !== undefined && { order_id: orderId }),
        }),
    };
  }

  private render(): void {
    const { chat, root } = this;
    this.paint();
    root.classList.toggle("open", chat.isOpen);
    this.panel.element.hidden = !chat.isOpen;
    this.launcher.hidden = chat.isOpen;
    const unread = chat.unread();
    this.badge.hidden = unread === 0;
    setText(this.badge, unread > 99 ? "99+" : String(unread));
    const label = words.launcher(chat.look.name ?? "");
    const count = unread === 0 ? "" : words.unread(unread);
    this.launcher.setAttribute("aria-label", label + count);
    this.launcher.title = label;
    this.launcher.setAttribute("aria-expanded", String(chat.isOpen));
    this.panel.render();
  }

  /** A phone's keyboard covers the page: keep to the part that is left. */
  private fit(): void {
    const view = window.visualViewport;
    if (view === null || view.scale !== 1) return; // zoomed in by the buyer
    this.root.style.setProperty("--view-height", `${view.height}px`);
    this.root.style.setProperty("--view-top", `${view.offsetTop}px`);
  }

  /** Asks how the button should look; a buyer who has not opened it stays unknown. */
  private async askForLook(): Promise<void> {
    const { server, shop } = this.options;
    try {
      const url = `${server}/chat/${encodeURIComponent(shop)}/look`;
      const answer = await fetch(url, { credentials: "omit" });
      if (answer.ok && !this.chat.isOnline()) {
        this.chat.dress((await answer.json()) as ShopLook);
      }
    } catch {
      return; // the button keeps the colour it has
    }
  }

  /** The tag's own attributes win, then the shop's settings. */
  private paint(): void {
    const { look } = this.options;
    const known = this.chat.look;
    const colour = colourOf(look.colour, known.colour);
    const position = look.position ?? known.position;
    this.root.classList.toggle("left", position === "left");
    const rule = `:host{--accent:${colour};--on-accent:${inkOn(colour)};--ink-accent:${readable(colour)}}`;
    if (rule !== this.painted) this.colours.replaceSync(rule);
    this.painted = rule;
  }

  private painted = "";
}
