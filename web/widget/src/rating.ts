/** How was it? One to five stars, with a reason. */

import type { Chat } from "./chat";
import { el } from "./dom";
import { starIcon } from "./icons";
import { words } from "./strings";

const LONGEST = 500;

export class Rating {
  readonly element = el("section", { class: "rating", "aria-label": words.rate });
  private shown = "none";
  private stars = 0;

  constructor(private readonly chat: Chat) {
    this.element.hidden = true;
  }

  render(): void {
    const step = this.chat.rating;
    if (step === this.shown) return;
    this.shown = step;
    this.element.hidden = step === "none";
    if (step === "asked") this.element.replaceChildren(this.form());
    if (step === "sent") {
      this.element.replaceChildren(el("p", { role: "status" }, words.rated));
    }
  }

  private form(): HTMLElement {
    this.stars = 0;
    const meaning = el("p", { class: "meaning", role: "status" });
    const reason = el("textarea", {
      rows: 2,
      maxlength: LONGEST,
      placeholder: words.reason,
      "aria-label": words.reason,
    });
    const submit = el(
      "button",
      { type: "submit", class: "primary", disabled: true },
      words.submit,
    );
    const choose = (stars: number) => {
      this.stars = stars;
      submit.disabled = false;
      meaning.textContent = words.stars[stars - 1] ?? "";
    };
    return el(
      "form",
      {
        on: {
          submit: (event) => {
            event.preventDefault();
            if (!this.chat.rate(this.stars, reason.value.trim())) {
              meaning.textContent = words.rateLater;
            }
          },
        },
      },
      el("h2", {}, words.rate),
      this.choice(choose),
      meaning,
      reason,
      el(
        "div",
        { class: "buttons" },
        el(
          "button",
          { type: "button", on: { click: () => this.chat.putOffRating() } },
          words.later,
        ),
        submit,
      ),
    );
  }

  private choice(choose: (stars: number) => void): HTMLElement {
    const stars = words.stars.map((meaning, at) => {
      const label = words.star(at + 1, meaning);
      const input = el("input", {
        type: "radio",
        name: "stars",
        value: at + 1,
        "aria-label": label,
        on: { change: () => choose(at + 1) },
      });
      return el("label", { title: label }, input, starIcon());
    });
    return el("div", { class: "stars", role: "radiogroup", "aria-label": words.rate }, ...stars);
  }
}
