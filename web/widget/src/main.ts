/** Starts the widget from its script tag. */

import { optionsOf } from "./tag";
import { Widget, type Api } from "./widget";

declare global {
  interface Window {
    Xiaoer?: Api;
  }
}

function start(tag: HTMLScriptElement): void {
  const options = optionsOf(tag);
  if (options === null) {
    console.error("Xiaoer: the script tag needs data-shop");
    return;
  }
  if (window.Xiaoer !== undefined) return; // a second tag, or a page's second run
  const widget = new Widget(options);
  window.Xiaoer = widget.api();
  document.body.append(widget.host);
  if (options.isPage) widget.open();
  window.addEventListener("online", () => widget.chat.hurry());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") widget.chat.hurry();
  });
}

const tag = document.currentScript;
if (tag instanceof HTMLScriptElement) {
  // An async script may run before there is a body.
  if (document.body !== null) start(tag);
  else document.addEventListener("DOMContentLoaded", () => start(tag));
}
