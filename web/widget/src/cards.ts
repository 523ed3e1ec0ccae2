/** An item or an order, as a card in the conversation. */

import { el } from "./dom";
import { itemIcon, orderIcon } from "./icons";
import type { Card } from "./protocol";
import { words } from "./strings";

export function cardOf(card: Card): HTMLElement {
  const isItem = card.kind === "item";
  return el(
    "div",
    { class: "card", role: "group", "aria-label": isItem ? words.item : words.order },
    el("span", { class: "card-icon" }, isItem ? itemIcon() : orderIcon()),
    el(
      "span",
      { class: "card-body" },
      el("strong", {}, card.title),
      ...(card.kind === "item" ? price(card.price_fen) : state(card)),
    ),
  );
}

/** 「¥128」「¥9.90」 of an amount in fen. */
export function yuan(fen: number): string {
  return `¥${fen % 100 === 0 ? fen / 100 : (fen / 100).toFixed(2)}`;
}

function price(fen: number | null | undefined): HTMLElement[] {
  if (fen === null || fen === undefined) return [];
  return [el("span", { class: "price" }, yuan(fen))];
}

function state(card: { id: string; state: string }): HTMLElement[] {
  const word = words.orderState[card.state] ?? card.state;
  return [
    el("span", { class: "card-note" }, words.orderNo(card.id)),
    el("span", { class: "state" }, word),
  ];
}
