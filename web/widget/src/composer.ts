/** Where the buyer writes. */

import type { Chat } from "./chat";
import { el } from "./dom";
import { closeIcon, pictureIcon, sendIcon } from "./icons";
import { KINDS } from "./pictures";
import { words } from "./strings";

const LONGEST = 5000;
const TALLEST = 120;

export class Composer {
  readonly element: HTMLElement;
  readonly input: HTMLTextAreaElement;
  private readonly trouble = el("p", { class: "refusal", role: "alert" });
  private readonly subject = el("p", { class: "subject" });
  private readonly subjectWords = el("span", {});
  private readonly send: HTMLButtonElement;
  private readonly files: HTMLInputElement;

  constructor(private readonly chat: Chat) {
    this.input = el("textarea", {
      rows: 1,
      maxlength: LONGEST,
      placeholder: words.placeholder,
      "aria-label": words.input,
      on: {
        input: () => this.changed(),
        keydown: (event) => this.pressed(event),
        paste: (event) => this.pasted(event),
      },
    });
    this.input.value = chat.memory.get().draft ?? "";
    this.send = button("send", words.send, sendIcon(), () => this.submit());
    this.files = el("input", {
      type: "file",
      accept: KINDS.join(),
      hidden: true,
      on: { change: () => this.chosen() },
    });
    this.subject.append(
      this.subjectWords,
      button("remove", words.removeSubject, closeIcon(), () => chat.show({})),
    );
    this.element = el(
      "div",
      { class: "composer" },
      this.trouble,
      this.subject,
      el(
        "div",
        { class: "write" },
        button("add", words.addPicture, pictureIcon(), () => this.files.click()),
        this.files,
        this.input,
        this.send,
      ),
    );
    this.refuse(null);
  }

  render(): void {
    const { item_id, order_id } = this.chat.subject;
    this.subject.hidden = item_id === undefined && order_id === undefined;
    const kind = order_id === undefined ? "item_id" : "order_id";
    this.subjectWords.textContent = words.subject[kind];
    this.send.disabled = this.input.value.trim() === "";
  }

  /** Sends the pictures of a drop, a paste or a choice. */
  sendPictures(files: Iterable<File>): void {
    for (const file of files) this.refuse(this.chat.sendPicture(file));
  }

  clear(): void {
    this.input.value = "";
    this.input.style.height = "auto";
    this.refuse(null);
    this.render();
  }

  private submit(): void {
    const text = this.input.value.trim();
    if (text === "") return;
    const refusal = this.chat.say(text);
    if (refusal === null) this.input.value = "";
    this.changed();
    this.refuse(refusal);
    this.input.focus();
  }

  private changed(): void {
    this.refuse(null);
    this.chat.memory.set({ draft: this.input.value });
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, TALLEST)}px`;
    if (this.input.value.trim() !== "") this.chat.typed();
    this.render();
  }

  private pressed(event: KeyboardEvent): void {
    // An input method's own Enter chooses a word.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.submit();
  }

  private pasted(event: ClipboardEvent): void {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    this.sendPictures(files);
  }

  private chosen(): void {
    this.sendPictures([...(this.files.files ?? [])]);
    this.files.value = "";
    this.input.focus();
  }

  private refuse(why: string | null): void {
    this.trouble.hidden = why === null;
    this.trouble.textContent = why ?? "";
  }
}

export function button(
  kind: string,
  label: string,
  content: Node | string,
  act: () => void,
): HTMLButtonElement {
  return el(
    "button",
    { type: "button", class: kind, "aria-label": label, title: label, on: { click: act } },
    content,
  );
}
